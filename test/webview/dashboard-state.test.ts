import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { DashboardState } from "../../src/protocol/webview.ts";
import { readState } from "../../src/webview/dashboard-state.ts";
import { createTabled } from "../../src/webview/tabled.ts";

const all: DashboardState = {
  range: 3_600,
  between: { from: 10, until: 20 },
  source: "app",
  duration: '["app","took"]',
  tables: ["lines", "durations"],
};

describe("what a dashboard remembers", () => {
  it("comes back as it was kept", () => {
    assert.deepEqual(readState(JSON.parse(JSON.stringify(all))), all);
  });

  it("is what is understood of what another version kept", () => {
    // As it was kept before these were.
    assert.deepEqual(readState({ range: 3_600, source: "app" }), { range: 3_600, source: "app" });
    assert.deepEqual(readState(undefined), { range: 900 });
    assert.deepEqual(readState({ range: 3_600, duration: 7, tables: [1, "lines"] }), {
      range: 3_600,
      tables: ["lines"],
    });
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(all)), (value, name) => {
        const state = readState(JSON.parse(JSON.stringify({ ...all, [name]: value })));
        assert.deepEqual(readState(JSON.parse(JSON.stringify(state))), state);
      }),
    );
  });

  it("grows no further than its bounds", () => {
    const { duration, tables } = readState({
      duration: "x".repeat(5_000),
      tables: ["y".repeat(5_000), ...Array.from({ length: 500 }, (_, i) => `${i}`)],
    });
    assert.deepEqual([duration, tables?.length], [undefined, 50]);
  });
});

describe("charts that are shown as tables", () => {
  it("are each one until it is shown as a chart again", () => {
    let kept: readonly string[] = ["lines"];
    const tabled = createTabled({
      kept: () => kept,
      keep(next) {
        kept = next;
      },
    });
    assert.deepEqual([tabled.has("lines"), tabled.has("bytes")], [true, false]);
    tabled.set("bytes", true);
    tabled.set("bytes", true);
    assert.deepEqual(kept, ["lines", "bytes"]);
    tabled.set("lines", false);
    assert.deepEqual([tabled.has("lines"), tabled.has("bytes")], [false, true]);
  });
});
