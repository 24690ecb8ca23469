import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { openReader } from "../../src/store/reader.ts";
import type { Rows } from "../../src/store/rows.ts";
import { recordOf as storedOf } from "../../src/store/runs.ts";
import { openSegments } from "../../src/store/segments.ts";
import { createWindow } from "../../src/store/window.ts";
import { openShelf, type Part, type Shelf } from "../../src/store/window-parts.ts";
import { createRanks } from "../../src/store/window-ranks.ts";
import { recordIn } from "../../src/store/window-record.ts";
import { tempFolder } from "../helpers/temp.ts";
import { originOf, recordOf } from "./records.ts";

const START = 1_700_000_000_000;
const open = (dataDir: string, segmentBytes = 2 ** 28) =>
  openSegments(join(dataDir, "store"), { maxBytes: 2 ** 30, maxAge: Number.POSITIVE_INFINITY, segmentBytes });

interface Log {
  readonly start: number;
  /** Records of one moment. */
  readonly same: number;
  readonly count: number;
  readonly nanos: number;
}

const recordsOf = ({ start, same, count, nanos }: Log, file: number) =>
  Array.from({ length: count }, (_, i) =>
    recordOf({
      origin: originOf("s", `/f${file}`, `key${file}`),
      offset: i * 10,
      time: START + start + Math.floor(i / same),
      nanos: (i * 7919) % nanos,
      raw: `line ${i} of ${file}`,
    }),
  );

describe("the order of what was found", () => {
  it("is the same where there is too much of a moment to be sorted", async (t) => {
    const folder = tempFolder(t);
    let run = 0;
    const log = fc.record({
      start: fc.nat(3),
      same: fc.constantFrom(1, 50, 400, 1000),
      count: fc.integer({ min: 1, max: 900 }),
      nanos: fc.constantFrom(1, 3, 1000),
    });
    const page = fc.record({ from: fc.nat(3000), count: fc.integer({ min: 1, max: 300 }) });
    const pages = fc.array(page, { minLength: 5, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(log, { minLength: 1, maxLength: 4 }),
        pages,
        fc.constantFrom(0, 100),
        async (made, asked, atOnce) => {
          const dataDir = join(folder, String(run++));
          const store = open(dataDir, 40_000);
          const all = made.flatMap(recordsOf);
          for (let from = 0; from < all.length; from += 300) await store.write(all.slice(from, from + 300));
          const reader = openReader(dataDir);
          const shelf = openShelf(dataDir);
          const wanted = reader
            .query({ query: "", limit: Number.POSITIVE_INFINITY, order: "oldest" })
            .map(({ id }) => id);
          const window = createWindow(shelf, { query: "" });
          while (window.work(50));
          const ranks = createRanks(window.hits, (part) => shelf.open(part), atOnce);
          for (const { from, count } of asked) {
            const found = ranks.rows(from, count);
            const expected = wanted.slice(from, from + count);
            assert.deepEqual(
              found.map((one) => storedOf(one).id),
              expected,
            );
            for (const [i, { key }] of found.slice(0, 3).entries()) {
              assert.equal(ranks.rank(key), from + i);
              const again = recordIn(shelf, key);
              assert.equal(again?.id, expected[i]);
              const [time, nanos, segment, id] = key;
              assert.equal(recordIn(shelf, [time, nanos, segment, id + 1_000_000]), undefined);
            }
          }
          shelf.close();
          reader.close();
          store.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  it("looks at little more than a page of what came in a single moment", async (t) => {
    const dataDir = tempFolder(t);
    const store = open(dataDir);
    for (const [i, count] of [10_000, 15_000, 5_000].entries())
      await store.write(recordsOf({ start: 0, same: count, count, nanos: 1 }, i));
    const shelf = openShelf(dataDir);
    let looks = 0;
    const opened = new Map<Part, Rows>();
    const counting: Shelf = {
      ...shelf,
      open(part) {
        const known = opened.get(part);
        const rows = known ?? shelf.open(part);
        if (!rows || known) return rows;
        const id = (at: number): number => {
          looks++;
          return rows.id(at);
        };
        const counted: Rows = Object.create(rows, { id: { value: id } });
        opened.set(part, counted);
        return counted;
      },
    };
    const window = createWindow(counting, { query: "" });
    while (window.work(50));
    const found = window.rows(12_345, 50);
    assert.equal(found.length, 50);
    assert.equal(window.rank((found[0] ?? assert.fail()).key), 12_345);
    assert.ok(looks < 3000, `${looks} of 30,000`);
    shelf.close();
    store.close();
  });
});
