import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DashboardCalls } from "../../src/protocol/webview.ts";
import { readRun } from "../../src/vscode/dashboard-messages.ts";
import { allowAction } from "../../src/webview/allow.ts";
import { texts } from "./texts.ts";

describe("the button of what waits for consent", () => {
  const pressed = (part: Parameters<typeof allowAction>[0]) => {
    const sent: DashboardCalls["run"][0][] = [];
    const action = allowAction(part, ["http://db:8086"], texts.l10n, (request) => sent.push(request));
    action?.run();
    return [action?.label, ...sent.map(readRun)];
  };

  it("says what is allowed, and allows that source or sink alone", () => {
    assert.deepEqual(pressed({ sink: "db" }), ["Allow db: http://db:8086", { command: "allow", sink: "db" }]);
    assert.deepEqual(pressed({ source: "in" }), [
      "Allow in: http://db:8086",
      { command: "allow", source: "in" },
    ]);
  });

  it("is there for nothing else", () => {
    assert.equal(
      allowAction({ sink: "db" }, undefined, texts.l10n, () => assert.fail()),
      undefined,
    );
  });
});
