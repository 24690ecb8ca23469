import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isWriting } from "../../src/webview/log/writing.ts";

const box = { localName: "input", type: "text" };
const component = { localName: "vscode-single-select" };

describe("Ctrl+Z", () => {
  it("belongs to the box that one writes in, also to one within a component", () => {
    assert.ok(isWriting([box, component]));
    assert.ok(isWriting([{ localName: "input", type: "datetime-local" }]));
    assert.ok(isWriting([{ localName: "textarea" }]));
  });

  it("is the page's own where nothing is written", () => {
    assert.ok(!isWriting([{ localName: "input", type: "checkbox" }, { localName: "vscode-checkbox" }]));
    assert.ok(!isWriting([component]));
    assert.ok(!isWriting([]));
  });
});
