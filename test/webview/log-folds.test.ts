import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Key, Row } from "../../src/protocol/log-view.ts";
import { createFolds } from "../../src/webview/log/folds.ts";
import { rowOf } from "./log-rows.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const long: Row = { ...rowOf(1), message: "first\nsecond", lines: 900, more: 5_000 };

/** Rows whose whole messages are had, or not, one after the other. */
function folds(...loads: (() => Promise<string>)[]) {
  return foldsSince([], ...loads);
}

/** @param before what was unfolded before the view was hidden */
function foldsSince(before: readonly Key[], ...loads: (() => Promise<string>)[]) {
  const kept: (readonly Key[])[] = [];
  const failures: unknown[] = [];
  let drawn = 0;
  const parts = {
    load: () => loads.shift()?.() ?? Promise.reject(new Error("nothing is asked")),
    changed: () => drawn++,
    fail: (error: unknown) => failures.push(error),
  };
  const all = createFolds(parts, { before, keep: (keys) => kept.push(keys) });
  return { ...all, failures, kept, drawn: () => drawn };
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

  it("is unfolded again after the view was hidden, with all of its message once it is in sight", async () => {
    const hidden = folds(async () => "first\nsecond\nthird");
    const short: Row = { ...rowOf(2), message: "one\ntwo", lines: 2, more: 0 };
    hidden.toggle(long);
    hidden.toggle(short);
    hidden.toggle(long);
    hidden.toggle(long);
    assert.deepEqual(hidden.kept.at(-1), [short.key, long.key]);
    let asked = 0;
    const shown = foldsSince(hidden.kept.at(-1) ?? [], async () => {
      asked++;
      return "first\nsecond\nthird";
    });
    assert.deepEqual([shown.isOpen(long), shown.isOpen(short), shown.isOpen(rowOf(3))], [true, true, false]);
    assert.equal(shown.textOf(short).text, "one\ntwo");
    for (let i = 0; i < 2; i++) shown.textOf(long);
    await turn();
    assert.deepEqual(shown.textOf(long), { text: "first\nsecond\nthird", more: 0 });
    assert.deepEqual([asked, shown.drawn(), shown.failures], [1, 1, []]);
    shown.toggle(long);
    assert.deepEqual(shown.kept, [[short.key]]);
  });

  it("is remembered as one of so many", () => {
    const rows = folds();
    const all = Array.from({ length: 150 }, (_, i) => rowOf(i));
    for (const row of all) rows.toggle(row);
    assert.deepEqual(
      rows.kept.at(-1),
      all.slice(-100).map(({ key }) => key),
    );
  });
});
