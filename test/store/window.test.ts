import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { LEVELS, type LogRecord } from "../../src/model.ts";
import { openReader } from "../../src/store/reader.ts";
import { recordOf as storedOf } from "../../src/store/runs.ts";
import { openSegments } from "../../src/store/segments.ts";
import { createWindow, type Window } from "../../src/store/window.ts";
import { LEVEL_CLASSES } from "../../src/store/window-hits.ts";
import { openShelf, type Shelf } from "../../src/store/window-parts.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords, originOf, recordOf } from "./records.ts";
import { scanCrew } from "./scan-crew.ts";

const START = 1_700_000_000_000;
const open = (dataDir: string, segmentBytes = 2 ** 28) =>
  openSegments(join(dataDir, "store"), { maxBytes: 2 ** 30, maxAge: Number.POSITIVE_INFINITY, segmentBytes });
const finish = (window: Window) => {
  while (window.work(50));
};
/** As views do it, with the help of others. */
const finishTogether = async (window: Window) => {
  do await window.ready();
  while (window.work(1));
};
const idsOf = (window: Window, from: number, count: number) =>
  window.rows(from, count).map((found) => storedOf(found).id);
const sum = (lists: readonly (readonly number[])[]) =>
  lists.flat().reduce((total, count) => total + count, 0);

interface Log {
  readonly source: string;
  readonly start: number;
  readonly step: number;
  readonly jitter: number;
  readonly count: number;
}

function recordsOf({ source, start, step, jitter, count }: Log, file: number): LogRecord[] {
  return Array.from({ length: count }, (_, i) =>
    recordOf({
      origin: originOf(source, `/f${file}`, `key${file}`),
      offset: i * 10,
      time: START + start + i * step + ((i * 7919) % (jitter + 1)),
      nanos: i % 3,
      level: i % 4 === 0 ? undefined : LEVELS[(i * 5) % LEVELS.length],
      raw: `line ${i} ${i % 3 === 0 ? "timeout" : "fine"}${i % 7 === 0 ? " 日本" : ""}`,
      fields: { status: [200, 404, 500, 700][i % 4] ?? 0 },
    }),
  );
}

describe("window", () => {
  it("has what a query gives, page by page, and a histogram that adds up to it", async (t) => {
    const folder = tempFolder(t);
    const crew = scanCrew(t, { few: 1 });
    let run = 0;
    const logs = fc.array(
      fc.record({
        source: fc.constantFrom("a", "b"),
        start: fc.nat(20_000),
        step: fc.nat(20),
        jitter: fc.nat(50),
        count: fc.integer({ min: 1, max: 1200 }),
      }),
      { minLength: 1, maxLength: 4 },
    );
    const search = fc.record({
      query: fc.constantFrom(
        ...[
          "",
          "timeout",
          "本",
          "status:500 line",
          "level:warn",
          "status:>=400 AND -fine",
          "nothing",
          "status:404",
          "-level:info",
        ],
        ...[
          "timeout level:error",
          "level:warn OR source:b",
          "NOT (status:404 OR file:f1)",
          "missing:* status:500",
        ],
      ),
      since: fc.option(fc.nat(30_000), { nil: undefined }),
      until: fc.option(fc.nat(30_000), { nil: undefined }),
      page: fc.integer({ min: 1, max: 700 }),
      steps: fc.constantFrom(2, 30, 3000),
      helped: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(logs, fc.array(search, { minLength: 3, maxLength: 3 }), async (made, searches) => {
        const dataDir = join(folder, String(run++));
        const store = open(dataDir, 60_000);
        const all = made.flatMap(recordsOf);
        for (let from = 0; from < all.length; from += 300) await store.write(all.slice(from, from + 300));
        const reader = openReader(dataDir);
        const shelf = openShelf(dataDir);
        for (const { query, since, until, page, steps, helped } of searches) {
          const what = {
            query,
            ...(since !== undefined && { since: START + since }),
            ...(until !== undefined && { until: START + until }),
          };
          const wanted = reader.query({ ...what, limit: Number.POSITIVE_INFINITY, order: "oldest" });
          const window = createWindow(shelf, what, { points: steps, ...(helped && { crew }) });
          if (helped) await finishTogether(window);
          else finish(window);
          const { count, scanned, total, done, levels } = window.figures();
          assert.ok(done);
          assert.equal(count, wanted.length);
          const [from, end] = [START + (since ?? -1), START + (until ?? Number.POSITIVE_INFINITY)];
          assert.equal(total, all.filter(({ time }) => time >= from && time < end).length);
          assert.equal(scanned, total);
          assert.equal(sum([levels]), count);
          const found: string[] = [];
          for (let from = 0; from < count; from += page) found.push(...idsOf(window, from, page));
          assert.deepEqual(
            found,
            wanted.map(({ id }) => id),
          );
          for (const points of [1, 7, 100]) {
            const { start, step, classes } = window.histogram(points);
            assert.equal(sum(classes.slice(0, LEVEL_CLASSES)), count);
            assert.equal(sum(classes.slice(LEVEL_CLASSES)), count);
            const counts = new Map<number, number>();
            for (const { time } of wanted)
              counts.set(
                Math.floor((time - start) / step),
                (counts.get(Math.floor((time - start) / step)) ?? 0) + 1,
              );
            for (let at = 0; at < Math.max(...classes.map(({ length }) => length)); at++)
              assert.equal(
                sum(classes.slice(0, LEVEL_CLASSES).map((column) => [column[at] ?? 0])),
                counts.get(at) ?? 0,
              );
          }
          const middle = Math.floor(count / 2);
          const [there] = window.rows(middle, 1);
          if (there) {
            assert.equal(window.rank(there.key), middle);
          }
        }
        shelf.close();
        reader.close();
        store.close();
      }),
      { numRuns: 12 },
    );
  });

  it("reads no more blocks than it has to for what their counts tell, and for one page", async (t) => {
    const dataDir = tempFolder(t);
    const store = open(dataDir);
    for (let from = 0; from < 40_000; from += 4000) await store.write(accessRecords(4000, { from }));
    const shelf = openShelf(dataDir);
    const read = new Set<unknown>();
    const counting: Shelf = {
      ...shelf,
      open(part) {
        read.add(part);
        return shelf.open(part);
      },
      scan(part, use) {
        read.add(part);
        return shelf.scan(part, use);
      },
    };
    const window = createWindow(counting, { query: "status:404" }, { points: 2 });
    finish(window);
    const { count } = window.figures();
    assert.equal(count, 3200);
    assert.equal(window.rows(count - 50, 50).length, 50);
    assert.ok(read.size < 5, `${read.size} of ${shelf.parts().length}`);
    shelf.close();
    store.close();
  });

  it("unpacks the lines that are searched next, though no search has read them", async (t) => {
    const dataDir = tempFolder(t);
    const store = open(dataDir);
    for (let from = 0; from < 20_000; from += 4000) await store.write(accessRecords(4000, { from }));
    const shelf = openShelf(dataDir);
    const window = createWindow(shelf, { query: "" }, { points: 2 });
    finish(window);
    while (window.warm(50));
    for (const part of shelf.parts()) assert.ok((shelf.open(part)?.unpacked ?? 0) > 0, part.name);
    shelf.close();
    store.close();
  });

  it("tells from which place on it has changed, whatever comes where", async (t) => {
    const folder = tempFolder(t);
    let run = 0;
    const batch = fc.record({
      file: fc.nat(2),
      start: fc.nat(3_000),
      count: fc.integer({ min: 1, max: 400 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 2, maxLength: 8 }), async (batches) => {
        const dataDir = join(folder, String(run++));
        const store = open(dataDir, 40_000);
        const shelf = openShelf(dataDir);
        const window = createWindow(shelf, { query: "" });
        const offsets = [0, 0, 0];
        let before: string[] = [];
        for (const { file, start, count } of batches) {
          const from = offsets[file] ?? 0;
          offsets[file] = from + count;
          const records = Array.from({ length: count }, (_, i) =>
            recordOf({
              origin: originOf("s", `/f${file}`, `key${file}`),
              offset: from + i,
              time: START + start + i,
              raw: `line ${from + i}`,
            }),
          );
          await store.write(records);
          assert.ok(shelf.changed());
          window.refresh();
          finish(window);
          const changed = window.changedFrom();
          const now = idsOf(window, 0, 10_000);
          const same = Math.min(changed, before.length);
          assert.deepEqual(now.slice(0, same), before.slice(0, same));
          assert.equal(window.changedFrom(), Number.POSITIVE_INFINITY);
          before = now;
        }
        assert.equal(before.length, (offsets[0] ?? 0) + (offsets[1] ?? 0) + (offsets[2] ?? 0));
        assert.equal(shelf.changed(), false);
        shelf.close();
        store.close();
      }),
      { numRuns: 12 },
    );
  });

  it("counts in wider steps the longer it is open, and loses none of them", async (t) => {
    const folder = tempFolder(t);
    let run = 0;
    const points = 50;
    const batch = fc.record({ digits: fc.nat(11), factor: fc.integer({ min: 1, max: 9 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 2, maxLength: 12 }), async (batches) => {
        const dataDir = join(folder, String(run++));
        const store = open(dataDir, 40_000);
        const shelf = openShelf(dataDir);
        const window = createWindow(shelf, { query: "" }, { points });
        finish(window);
        const times: number[] = [];
        for (const { digits, factor } of batches) {
          const from = (times.at(-1) ?? START) + 1;
          const step = (factor * 10 ** digits) / 400;
          const records = Array.from({ length: 400 }, (_, i) =>
            recordOf({ offset: times.length + i, time: Math.floor(from + i * step) }),
          );
          times.push(...records.map(({ time }) => time));
          await store.write(records);
          window.refresh();
          finish(window);
          const steps = new Set([...window.hits.values()].flatMap((hits) => hits.steps));
          assert.ok(steps.size <= 4 * points, `${steps.size} steps`);
          const { start, step: width, classes } = window.histogram(points);
          const wanted = new Map<number, number>();
          for (const time of times) {
            const at = Math.floor((time - start) / width);
            wanted.set(at, (wanted.get(at) ?? 0) + 1);
          }
          for (let at = 0; at <= Math.max(...wanted.keys()); at++)
            assert.equal(
              sum(classes.slice(0, LEVEL_CLASSES).map((column) => [column[at] ?? 0])),
              wanted.get(at) ?? 0,
            );
          assert.equal(sum(classes.slice(LEVEL_CLASSES)), times.length);
          assert.equal(window.rows(0, times.length).length, times.length);
        }
        shelf.close();
        store.close();
      }),
      { numRuns: 12 },
    );
  });

  it("leaves out sources and levels that were not chosen, and counts the levels all the same", async (t) => {
    const dataDir = tempFolder(t);
    const store = open(dataDir);
    await store.write(accessRecords(1000));
    await store.write(accessRecords(500, { at: originOf("other") }));
    const shelf = openShelf(dataDir);
    const window = createWindow(shelf, { query: "", sources: ["access"], levels: ["error"] });
    finish(window);
    const { count, total, levels, sources } = window.figures();
    assert.deepEqual([count, total, sources], [20, 1000, ["access", "other"]]);
    assert.deepEqual(levels, [0, 0, 900, 80, 20, 0, 0]);
    assert.equal(sum(window.histogram(50).classes), 2 * count);
    shelf.close();
    store.close();
  });

  it("loses what the store drops", async (t) => {
    const dataDir = tempFolder(t);
    const store = openSegments(join(dataDir, "store"), {
      maxBytes: 2_000_000,
      maxAge: Number.POSITIVE_INFINITY,
      segmentBytes: 400_000,
    });
    const shelf = openShelf(dataDir);
    const window = createWindow(shelf, { query: "" });
    const counts: number[] = [];
    for (let from = 0; from < 30_000; from += 3000) {
      // What does not pack fills segments fast.
      const records = accessRecords(3000, { from });
      await store.write(records.map((record) => ({ ...record, raw: randomBytes(100).toString("hex") })));
      window.refresh();
      finish(window);
      const { count, total } = window.figures();
      assert.equal(count, total);
      assert.equal(count, store.figures().records);
      assert.equal(window.rows(count - 5, 10).length, 5);
      counts.push(count);
    }
    assert.ok((counts.at(-1) ?? 0) < 20_000, counts.join());
    shelf.close();
    store.close();
  });

  it("is empty for a store that is not there yet, and refuses a wrong query with its place", (t) => {
    const shelf = openShelf(tempFolder(t));
    const window = createWindow(shelf, { query: "level:error" });
    assert.equal(window.work(10), false);
    assert.deepEqual(window.rows(0, 10), []);
    assert.equal(sum(window.histogram(10).classes), 0);
    assert.throws(
      () => createWindow(shelf, { query: "a AND" }),
      (error) => error instanceof UserError,
    );
    shelf.close();
  });
});
