import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMemory } from "../../src/webview/log/memory.ts";
import { INITIAL, type LogState, readState } from "../../src/webview/log/state.ts";

/** The memory of a view that was left so, and what it has the editor keep. */
function memoryOf(state: LogState) {
  const saved: LogState[] = [];
  const channel = { call: () => Promise.reject(new Error("nothing is asked")) };
  const host = { state, save: (next: LogState) => void saved.push(next), channel };
  return { ...createMemory({ host, fail: () => {} }), saved: () => readState(saved.at(-1)) };
}

describe("the memory of a log view", () => {
  it("keeps what its reader arranges, for the next page", () => {
    const first = memoryOf(INITIAL);
    assert.deepEqual([first.turning.tab, first.unfolding.before, first.tables.has("hits")], [0, [], false]);
    first.turning.turned(2);
    first.unfolding.keep([[1, 2, 3, 4]]);
    first.tables.set("hits", true);
    const next = memoryOf(first.saved());
    assert.deepEqual(
      [next.turning.tab, next.unfolding.before, next.tables.has("hits")],
      [2, [[1, 2, 3, 4]], true],
    );
  });

  it("has the queries that were asked where is searched now", () => {
    const history = [
      { query: "here", index: undefined },
      { query: "there", index: "es" },
    ];
    const memory = memoryOf({ ...INITIAL, history });
    assert.deepEqual(memory.queries(), ["here"]);
    memory.keep({ index: "es" });
    assert.deepEqual(memory.queries(), ["there"]);
  });
});
