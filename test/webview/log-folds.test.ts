import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Row } from "../../src/protocol/log-view.ts";
import { createFolds } from "../../src/webview/log/folds.ts";
import { rowOf } from "./log-rows.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const long: Row = { ...rowOf(1), message: "first\nsecond", lines: 900, more: 5_000 };

/** Rows whose whole messages are had, or not, one after the other. */
function folds(...loads: (() => Promise<string>)[]) {
  const failures: unknown[] = [];
  let drawn = 0;
  const all = createFolds({
    load: () => loads.shift()?.() ?? Promise.reject(new Error("nothing is asked")),
    changed: () => drawn++,
    fail: (error) => failures.push(error),
  });
  return { ...all, failures, drawn: () => drawn };
}

describe("a row that is unfolded", () => {
  it("shows what it has of its message until it has it as a whole", async () => {
    const rows = folds(async () => `first\nsecond${"\nmore".repeat(1_000)}`);
    rows.toggle(long);
    assert.deepEqual(rows.textOf(long), { text: "first\nsecond", more: 5_000, failure: undefined });
    await turn();
    assert.equal(rows.textOf(long).text.length, "first\nsecond".length + 5_000);
    assert.deepEqual([rows.textOf(long).more, rows.drawn(), rows.failures], [0, 2, []]);
  });

  it("says in its place, and once for all, why there is no more of it, and tries again when it is unfolded again", async () => {
    const gone = new Error("the store no longer has this record");
    const rows = folds(
      () => Promise.reject(gone),
      async () => "first\nsecond\nthird",
    );
    rows.toggle(long);
    await turn();
    assert.deepEqual(rows.textOf(long), { text: "first\nsecond", more: 5_000, failure: gone.message });
    assert.deepEqual([rows.isOpen(long), rows.drawn(), rows.failures], [true, 2, [gone]]);
    rows.toggle(long);
    assert.equal(rows.textOf(long).failure, undefined);
    rows.toggle(long);
    await turn();
    assert.equal(rows.textOf(long).text, "first\nsecond\nthird");
  });
});
