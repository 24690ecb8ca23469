import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ignoreComposing } from "../../src/webview/composing.ts";

describe("keys of an input method", () => {
  it("are no keys of the page", () => {
    const page = new EventTarget();
    const heard: string[] = [];
    ignoreComposing(page);
    page.addEventListener("keydown", (event) => heard.push(Reflect.get(event, "key")));
    const press = (key: string, more: object) =>
      page.dispatchEvent(Object.assign(new Event("keydown"), { key, ...more }));
    press("Escape", { isComposing: true, keyCode: 27 });
    // Safari and older engines tell only so.
    press("Enter", { isComposing: false, keyCode: 229 });
    press("ArrowUp", { isComposing: true, keyCode: 229 });
    press("Escape", { isComposing: false, keyCode: 27 });
    assert.deepEqual(heard, ["Escape"]);
  });
});
