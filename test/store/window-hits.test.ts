import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { openSegments } from "../../src/store/segments.ts";
import { createWindow } from "../../src/store/window.ts";
import { openShelf } from "../../src/store/window-parts.ts";
import { tempFolder } from "../helpers/temp.ts";
import { recordOf } from "./records.ts";

const BOUNDS = { maxBytes: 2 ** 30, maxAge: Number.POSITIVE_INFINITY };

describe("what matches in a part", () => {
  it("is in the order of time, nanoseconds and place, however the lines of a log were timed", async (t) => {
    const folder = tempFolder(t);
    let run = 0;
    // Also further apart than what is sorted as one number.
    const time = fc.oneof(
      fc.nat(5),
      fc.nat(2_000_000_000),
      fc.constantFrom(-(2 ** 40), 2 ** 35, 2 ** 37, 2 ** 42),
    );
    const moment = fc.record({ time, nanos: fc.nat(3) });
    const moments = fc.oneof(
      fc.array(moment, { minLength: 1, maxLength: 60 }),
      fc.array(fc.record({ time, nanos: fc.constant(0) }), { minLength: 1, maxLength: 60 }),
    );
    await fc.assert(
      fc.asyncProperty(moments, async (made) => {
        const dataDir = join(folder, String(run++));
        const store = openSegments(join(dataDir, "store"), BOUNDS);
        const start = 1_700_000_000_000;
        const records = made.map(({ time, nanos }, i) =>
          recordOf({ offset: i, time: start + time, nanos, raw: `line ${i}` }),
        );
        await store.write(records);
        store.close();
        const shelf = openShelf(dataDir);
        const window = createWindow(shelf, { query: "line" });
        while (window.work(20));
        const found = window.rows(0, made.length).map(({ rows, at }) => rows.raw(at));
        shelf.close();
        const order = records.toSorted((a, b) => a.time - b.time || a.nanos - b.nanos || a.offset - b.offset);
        assert.deepEqual(
          found,
          order.map(({ raw }) => raw),
        );
      }),
      { numRuns: 60 },
    );
  });
});
