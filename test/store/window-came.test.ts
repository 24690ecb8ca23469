import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Came, Mark } from "../../src/lib/instant.ts";
import { LEVELS } from "../../src/model.ts";
import { markOf } from "../../src/store/extent.ts";
import { openSegments } from "../../src/store/segments.ts";
import { createWindow, type Window, type WindowSearch } from "../../src/store/window.ts";
import { openShelf } from "../../src/store/window-parts.ts";
import { tempFolder } from "../helpers/temp.ts";
import { originOf, recordOf } from "./records.ts";

const NOW = 1_700_000_000_000;
const YEAR = 31_536_000_000;
const POINTS = 20;

/** A store of two files, to which lines are added, and what a search of it finds. */
async function started(t: TestContext, segmentBytes = 2 ** 28) {
  const dataDir = tempFolder(t);
  const limits = { maxBytes: 2 ** 30, segmentBytes, maxAge: Number.POSITIVE_INFINITY };
  const store = openSegments(join(dataDir, "store"), limits);
  const shelf = openShelf(dataDir);
  t.after(() => {
    shelf.close();
    store.close();
  });
  let written = 0;
  const find = (search: WindowSearch, before?: Window): Window => {
    const window = createWindow(shelf, search, { before });
    while (window.work(50));
    return window;
  };
  const ids = (window: Window): number[] => {
    const { count } = window.figures();
    const found = window.rows(0, count + 1).map(({ rows, at }) => Number(/\d+/.exec(rows.raw(at))?.[0]));
    assert.equal(found.length, count);
    return found;
  };
  return {
    shelf,
    /** The numbers of the lines that are written. @param ahead how far their clock is ahead, in ms */
    async write(count: number, { ahead = 0, file = "a" } = {}): Promise<number[]> {
      const numbers = Array.from({ length: count }, () => written++);
      await store.write(
        numbers.map((number) =>
          recordOf({
            origin: originOf(file),
            offset: number * 50,
            time: NOW + number * 10 + ahead,
            level: LEVELS[number % LEVELS.length],
            raw: `line ${number} of ${number % 3 === 0 ? "few" : "many"} ${"x".repeat(20)}`,
          }),
        ),
      );
      return numbers;
    },
    mark(): Mark {
      shelf.parts();
      return markOf(shelf.extent());
    },
    find,
    found: (came: Came, query = "") => ids(find({ query, ...came })).sort((a, b) => a - b),
  };
}

describe("what came after a mark in the store, and what was there at it", () => {
  it("is told apart by when it came, whatever time its lines tell", async (t) => {
    const { write, mark, find, found } = await started(t);
    const first = [...(await write(100)), ...(await write(1, { ahead: YEAR, file: "c" }))];
    const before = { at: NOW + YEAR + 4_000, mark: mark() };
    const then = [...(await write(20)), ...(await write(300, { file: "b" }))];
    const between = { at: 0, mark: mark() };
    const last = [...(await write(5_000)), ...(await write(1, { ahead: YEAR, file: "b" }))];
    assert.deepEqual(found({ after: before }), [...then, ...last]);
    assert.deepEqual(found({ upTo: before }), first);
    assert.deepEqual(found({ after: before, upTo: between }), then);
    assert.deepEqual(found({ after: between, upTo: before }), []);
    // What counts tell of a block does not tell this.
    for (const query of ["few", "level:error", "-level:error", "nothing"]) {
      assert.equal(find({ query, after: before }).figures().total, then.length + last.length);
      assert.equal(find({ query, after: before, upTo: between }).figures().total, then.length);
      const all = found({}, query);
      const later = (numbers: readonly number[]) => all.filter((number) => numbers.includes(number));
      assert.deepEqual(found({ after: between }, query), later(last));
      assert.deepEqual(found({ after: before }, query), later([...then, ...last]));
    }
  });

  it("goes by times where no mark is known", async (t) => {
    const { write, found } = await started(t);
    await write(10);
    assert.deepEqual(found({ after: { at: NOW + 50 }, upTo: { at: NOW + 70 } }), [5, 6, 7]);
  });

  it("is so over segments, and in a store that began anew", async (t) => {
    const { shelf, write, mark, found } = await started(t, 1);
    const first = [...(await write(3_000)), ...(await write(3_000, { ahead: YEAR }))];
    const before = { at: 0, mark: mark() };
    const then = [...(await write(3_000)), ...(await write(3_000))];
    assert.ok(new Set(shelf.parts().map(({ segment }) => segment)).size > 2);
    assert.deepEqual(found({ after: before }), then);
    assert.deepEqual(found({ upTo: before }), first);
    const other = { at: 0, mark: { segment: 900, files: [] } };
    assert.equal(found({ after: other }).length, 12_000);
    assert.deepEqual(found({ upTo: other }), []);
    const empty = { at: 0, mark: { segment: 0, files: [] } };
    assert.equal(found({ after: empty }).length, 12_000);
  });

  it("is the same searched for at once as narrowed from what was found, and what comes is found", async (t) => {
    const { write, mark, find } = await started(t);
    await write(4_000);
    await write(1, { ahead: YEAR });
    const all = find({ query: "" });
    const after = { at: NOW + 40_001, mark: mark() };
    const cleared = find({ query: "", after }, all);
    assert.deepEqual([cleared.figures().count, cleared.figures().total], [0, 0]);
    const came = await write(700);
    for (let step = 0; step < 2; step++) {
      cleared.refresh();
      while (cleared.work(50));
      assert.equal(cleared.figures().count, came.length);
      const { start, classes } = cleared.histogram(POINTS);
      // Where lines before the mark stand in one block with those after it, no time is shown for them.
      assert.ok(start >= NOW + 40_000 - 1_000, String(start));
      assert.equal(classes.flat().length > 0, true);
      came.push(...(await write(50)));
    }
    cleared.refresh();
    while (cleared.work(50));
    const few = find({ query: "few", after }, cleared);
    const direct = find({ query: "few", after });
    assert.deepEqual(few.figures(), direct.figures());
    // Taken back, all is there again.
    assert.equal(find({ query: "" }, cleared).figures().count, 4_001 + came.length);
    assert.equal(find({ query: "few" }, few).figures().count, find({ query: "few" }).figures().count);
  });
});

describe("times in a query that tell no zone", () => {
  it("are of the search's, also where it is narrowed from one of another zone", async (t) => {
    const { write, find } = await started(t);
    await write(500);
    const query = "time:>=2023-11-15T07:13:21";
    const [here, there] = ["Asia/Tokyo", "UTC"].map((zone) => ({ query, zone }));
    assert.ok(here && there);
    assert.equal(new Date(NOW).toISOString(), "2023-11-14T22:13:20.000Z");
    assert.equal(find(here).figures().count, 400);
    assert.equal(find(there, find(here)).figures().count, 0);
    assert.equal(find(here, find(there)).figures().count, 400);
  });
});
