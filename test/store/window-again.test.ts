import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { LEVELS } from "../../src/model.ts";
import { openSegments } from "../../src/store/segments.ts";
import { createWindow, type Window, type WindowSearch } from "../../src/store/window.ts";
import { openShelf } from "../../src/store/window-parts.ts";
import { tempFolder } from "../helpers/temp.ts";
import { originOf, recordOf } from "./records.ts";

const START = 1_700_000_000_000;
const BLOCK = 4096;
const COUNT = 3 * BLOCK + 100;
const POINTS = 20;

/** Most lines have the first letters; few the last. */
const records = Array.from({ length: COUNT }, (_, i) =>
  recordOf({
    origin: originOf("a"),
    offset: i * 10,
    time: START + i * 10 + ((i * 7919) % 40),
    nanos: i % 3,
    level: i % 4 === 0 ? undefined : LEVELS[(i * 5) % LEVELS.length],
    raw: `line ${i} of ${i < 2 * BLOCK ? "item" : "it"}${i % 5 === 0 ? "s/5" : ""}`,
    fields: { status: [200, 404, 500][i % 3] ?? 0 },
  }),
);

const finish = (window: Window) => {
  while (window.work(50));
};

/** All that a window says of a search. */
const saidOf = (window: Window) => ({
  figures: window.figures(),
  histogram: window.histogram(POINTS),
  first: window.rows(0, 50).map(({ key }) => key),
  last: window.rows(Math.max(0, window.figures().count - 50), 50).map(({ key }) => key),
});

describe("a search that follows another", () => {
  it("finds and counts what it would have found alone, whatever was searched for before", async (t) => {
    const dataDir = tempFolder(t);
    const store = openSegments(join(dataDir, "store"), {
      maxBytes: 2 ** 30,
      maxAge: Number.POSITIVE_INFINITY,
    });
    await store.write(records);
    store.close();
    const shelf = openShelf(dataDir);
    t.after(() => shelf.close());
    const search: fc.Arbitrary<WindowSearch> = fc.record({
      query: fc.constantFrom(
        "",
        "i",
        "it",
        "item",
        "items",
        "items/5",
        "it line",
        "level:info",
        "level:info it",
        "status:404 it",
      ),
      since: fc.constantFrom(undefined, undefined, undefined, START + 10_000, START + 50_000),
      until: fc.constantFrom(undefined, undefined, undefined, START + 90_000),
      levels: fc.constantFrom(undefined, undefined, undefined, ["info", "none"] as const),
    });
    const runs = fc.array(fc.tuple(search, fc.boolean()), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(runs, (searches) => {
        let before: Window | undefined;
        for (const [next, ends] of searches) {
          const window = createWindow(shelf, next, { points: POINTS, ...(before && { before }) });
          before = window;
          // As one that is given up for the next key.
          if (!ends) window.work(0);
          else finish(window);
          if (!ends) continue;
          const alone = createWindow(shelf, next, { points: POINTS });
          finish(alone);
          assert.deepEqual(saidOf(window), saidOf(alone), JSON.stringify(next));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("leaves the other as it was, also when its own steps become wider", async (t) => {
    const dataDir = tempFolder(t);
    const store = openSegments(join(dataDir, "store"), {
      maxBytes: 2 ** 30,
      maxAge: Number.POSITIVE_INFINITY,
    });
    await store.write(records);
    const shelf = openShelf(dataDir);
    t.after(() => shelf.close());
    const wide = createWindow(shelf, { query: "i" }, { points: POINTS });
    finish(wide);
    const said = saidOf(wide);
    const next = createWindow(shelf, { query: "it" }, { points: POINTS, before: wide });
    finish(next);
    const late = Array.from({ length: 10 }, (_, i) =>
      recordOf({
        origin: originOf("a"),
        offset: (COUNT + i) * 10,
        time: START + 1e8 * (i + 1),
        raw: "it is late",
      }),
    );
    await store.write(late);
    store.close();
    next.refresh();
    finish(next);
    assert.ok(next.step > wide.step);
    assert.deepEqual(saidOf(wide), said);
    const alone = createWindow(shelf, { query: "it" }, { points: POINTS });
    finish(alone);
    assert.deepEqual(saidOf(next).figures, saidOf(alone).figures);
    const total = ({ classes }: ReturnType<Window["histogram"]>) =>
      classes
        .slice(0, LEVELS.length + 1)
        .flat()
        .reduce((sum, count) => sum + count, 0);
    assert.equal(total(next.histogram(POINTS)), COUNT + late.length);
  });
});
