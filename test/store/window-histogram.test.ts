import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { openSegments } from "../../src/store/segments.ts";
import { createWindow } from "../../src/store/window.ts";
import { stepFor } from "../../src/store/window-histogram.ts";
import { openShelf } from "../../src/store/window-parts.ts";
import { tempFolder } from "../helpers/temp.ts";
import { originOf, recordOf } from "./records.ts";

const WEEK = 604_800_000;
/** A Thursday, at which weeks meet that are counted from 1970 on. */
const MEET = 2_900 * WEEK;

describe("the steps of a span of time", () => {
  it("are whole milliseconds, and as many as are wanted, or one more", () => {
    const time = fc.integer({ min: -8.64e15, max: 8.64e15 });
    const points = fc.oneof(fc.constantFrom(1, 2), fc.integer({ min: 1, max: 3_000 }));
    fc.assert(
      fc.property(time, time, points, (a, b, points) => {
        const [from, until] = [Math.min(a, b), Math.max(a, b)];
        const step = stepFor(from, until, points);
        assert.ok(Number.isInteger(step) && step > 0, String(step));
        assert.ok(Math.floor(until / step) - Math.floor(from / step) <= points);
      }),
    );
  });

  it("count all lines of both sides of where weeks meet, also where one step is wanted", async (t) => {
    const dataDir = tempFolder(t);
    const limits = { maxBytes: 2 ** 30, maxAge: Number.POSITIVE_INFINITY };
    const store = openSegments(join(dataDir, "store"), limits);
    const times = [MEET - 2 * WEEK, MEET - 1, MEET, MEET + 1, MEET + 2 * WEEK];
    await store.write(
      times.map((time, i) => recordOf({ origin: originOf("a"), offset: i * 10, time, raw: `line ${i}` })),
    );
    store.close();
    const shelf = openShelf(dataDir);
    t.after(() => shelf.close());
    for (const span of [{}, { since: MEET - 10, until: MEET + 10 }]) {
      const window = createWindow(shelf, { query: "", ...span }, { points: 1 });
      while (window.work(50));
      const { step, classes } = window.histogram(1);
      assert.ok(Number.isFinite(step));
      const levels = classes.slice(0, classes.length - 6).flat();
      assert.equal(
        levels.reduce((sum, count) => sum + count, 0),
        window.figures().count,
      );
    }
  });
});
