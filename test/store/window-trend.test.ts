import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import type { LogRecord } from "../../src/model.ts";
import { openSegments } from "../../src/store/segments.ts";
import { createWindow, type WindowSearch } from "../../src/store/window.ts";
import type { Spread } from "../../src/store/window-numbers.ts";
import { openShelf, type Shelf } from "../../src/store/window-parts.ts";
import { createTrend, type TrendFound } from "../../src/store/window-trend.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords, originOf, recordOf } from "./records.ts";

const START = 1_700_000_000_000;
const POINTS = 20;

function openStore(t: TestContext, options: { maxBytes?: number; segmentBytes?: number } = {}) {
  const dataDir = tempFolder(t);
  const store = openSegments(join(dataDir, "store"), {
    maxBytes: 2 ** 30,
    maxAge: Number.POSITIVE_INFINITY,
    ...options,
  });
  const shelf = openShelf(dataDir);
  t.after(() => {
    shelf.close();
    store.close();
  });
  return { store, shelf };
}

async function shelfOf(t: TestContext, records: readonly LogRecord[]): Promise<Shelf> {
  const { store, shelf } = openStore(t, { segmentBytes: 60_000 });
  for (let from = 0; from < records.length; from += 300) await store.write(records.slice(from, from + 300));
  return shelf;
}

function trendOf(shelf: Shelf, search: WindowSearch, field: string, most?: { hits: number; parts: number }) {
  const window = createWindow(shelf, search, { points: POINTS });
  while (window.work(50));
  const trend = createTrend(shelf, window, field, POINTS, most);
  while (trend.work(50));
  return { found: trend.found(), histogram: window.histogram(POINTS) };
}

/** How numbers are spread, worked out from all of them. */
function exactly(numbers: readonly number[]): Required<Spread> {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (q: number) => sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;
  const [min, max] = [at(0), at(1)];
  return { count: sorted.length, min, max, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}

function expectSpread(found: Spread | undefined, numbers: readonly number[], what: string): void {
  if (numbers.length === 0) {
    assert.equal(found, undefined, what);
    return;
  }
  assert.ok(found, what);
  const exact = exactly(numbers);
  assert.deepEqual([found.count, found.min, found.max], [exact.count, exact.min, exact.max], what);
  for (const name of ["p50", "p90", "p95", "p99"] as const) {
    const [its, wanted] = [found[name] ?? Number.NaN, exact[name]];
    // What lies below the least that is told apart counts as zero.
    assert.ok(
      Math.abs(its - wanted) <= Math.abs(wanted) * 0.0101 + 1e-9,
      `${what}: ${name} ${its}, not ${wanted}`,
    );
  }
}

function expectTrend(found: TrendFound, numbers: readonly (readonly [time: number, value: number])[]): void {
  const { start, step, steps } = found;
  for (const [i, its] of steps.entries()) {
    const from = start + i * step;
    const here = numbers.filter(([time]) => time >= from && time < from + step).map(([, value]) => value);
    expectSpread(its, here, `step ${i} of ${step} ms`);
  }
  const all = numbers.map(([, value]) => value);
  expectSpread(found.overall, all, "overall");
  assert.equal(
    steps.reduce((sum, its) => sum + (its?.count ?? 0), 0),
    all.length,
  );
}

describe("the numbers of a field over time", () => {
  it("are within one part in a hundred of what sorting all of them gives, step by step, of any field", async (t) => {
    const number = fc.oneof(
      fc.constantFrom(0, 1, -1, 17),
      fc.integer({ min: -5000, max: 5000 }),
      fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
    );
    const entry = fc.record({
      at: fc.integer({ min: 0, max: 3_600_000 }),
      took: fc.double({ min: 1e-4, max: 60, noNaN: true }),
      depth: number,
      level: fc.constantFrom("info" as const, "error" as const),
      has: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 900 }), async (entries) => {
        const records = entries.map(({ at, took, depth, level, has }, i) =>
          recordOf({
            origin: originOf(i % 2 === 0 ? "a" : "b"),
            offset: i,
            time: START + at,
            level,
            // Texts are numbers to a query too, where they are written as one.
            fields: {
              took,
              memory: { heap: depth },
              time: -1 - i,
              ...(has && { text: `${i}`, other: `${i} ms` }),
            },
          }),
        );
        const shelf = await shelfOf(t, records);
        const own = (search: WindowSearch, field: string, value: (i: number) => number | undefined) => {
          const { found, histogram } = trendOf(shelf, search, field);
          assert.deepEqual([found.start, found.step], [histogram.start, histogram.step]);
          expectTrend(
            found,
            entries.flatMap(({ at, level }, i) => {
              const its = value(i);
              const fits = search.query === "" || level === "error";
              return fits && its !== undefined ? [[START + at, its] as const] : [];
            }),
          );
        };
        own({ query: "" }, "took", (i) => entries[i]?.took);
        own({ query: "level:error" }, "took", (i) => entries[i]?.took);
        own({ query: "" }, "memory.heap", (i) => entries[i]?.depth);
        own({ query: "" }, "fields.time", (i) => -1 - i);
        own({ query: "" }, "text", (i) => (entries[i]?.has ? i : undefined));
        own({ query: "" }, "other", () => undefined);
      }),
      { numRuns: 15 },
    );
  });

  it("count what comes in the same steps, which become wider with time", async (t) => {
    const { store, shelf } = openStore(t);
    const window = createWindow(shelf, { query: "" }, { points: POINTS });
    const trend = createTrend(shelf, window, "request_time", POINTS);
    const all: [number, number][] = [];
    const widths = new Set<number>();
    for (let from = 0, size = 10; from < 20_000; from += size, size = size === 10 ? 3000 : 10) {
      // One second of each batch apart, so that the time grows faster than the lines.
      const records = accessRecords(size, { from, rate: 20 });
      for (const { time, fields } of records) all.push([time, Number(fields.request_time)]);
      await store.write(records);
      window.refresh();
      while (window.work(50));
      while (trend.work(50));
      const found = trend.found();
      assert.deepEqual([found.counted, found.hits, found.done], [all.length, all.length, true]);
      assert.ok(found.steps.length <= POINTS, `${found.steps.length} steps`);
      expectTrend(found, all);
      widths.add(found.step);
    }
    assert.ok(widths.size > 3, [...widths].join());
  });

  it("begin anew when something is dropped", async (t) => {
    const { store, shelf } = openStore(t, { maxBytes: 400_000, segmentBytes: 100_000 });
    const window = createWindow(shelf, { query: "" }, { points: POINTS });
    const trend = createTrend(shelf, window, "bytes_sent", POINTS);
    for (let from = 0; from < 40_000; from += 4000) {
      await store.write(accessRecords(4000, { from }));
      window.refresh();
      while (window.work(50));
      while (trend.work(50));
      const { counted, hits, overall } = trend.found();
      assert.deepEqual([counted, hits, overall?.count], Array(3).fill(store.figures().records));
    }
    assert.ok(store.figures().records < 40_000);
  });

  it("are those of a sample of very many hits, which says how large it is", async (t) => {
    const { store, shelf } = openStore(t);
    for (let from = 0; from < 30_000; from += 300) await store.write(accessRecords(300, { from }));
    const { found } = trendOf(shelf, { query: "" }, "request_time", { hits: 9000, parts: 1000 });
    const { counted, hits, done, overall } = found;
    assert.ok(done);
    assert.equal(hits, 30_000);
    assert.ok(counted > 0 && counted < 20_000, String(counted));
    assert.equal(overall?.count, counted);
    assert.ok(Math.abs((overall?.p50 ?? 0) - 0.75) < 0.15, String(overall?.p50));
  });
});
