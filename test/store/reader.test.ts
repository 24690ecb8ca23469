import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { recordId } from "../../src/model.ts";
import { openReader } from "../../src/store/reader.ts";
import { openSegments } from "../../src/store/segments.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords, originOf, recordOf } from "./records.ts";

function open(dataDir: string, segmentBytes = 2 ** 28) {
  return openSegments(join(dataDir, "store"), {
    maxBytes: 2 ** 30,
    maxAge: Number.POSITIVE_INFINITY,
    segmentBytes,
  });
}

describe("reader", () => {
  it("gives the newest or oldest records of a range in order, over files and segments", async (t) => {
    const folder = tempFolder(t);
    let run = 0;
    const START = 1_700_000_000_000;
    const files = fc.array(
      fc.record({
        start: fc.nat(20_000),
        step: fc.nat(20),
        jitter: fc.nat(50),
        count: fc.integer({ min: 1, max: 3000 }),
      }),
      { minLength: 1, maxLength: 4 },
    );
    const search = fc.record({
      since: fc.option(fc.nat(60_000), { nil: undefined }),
      until: fc.option(fc.nat(60_000), { nil: undefined }),
      limit: fc.constantFrom(1, 10, 500, Number.POSITIVE_INFINITY),
      order: fc.constantFrom("newest" as const, "oldest" as const),
    });
    await fc.assert(
      fc.asyncProperty(files, fc.array(search, { minLength: 5, maxLength: 5 }), async (made, searches) => {
        const dataDir = join(folder, String(run++));
        const store = open(dataDir, 150_000);
        const all = made.flatMap(({ start, step, jitter, count }, file) =>
          Array.from({ length: count }, (_, i) =>
            recordOf({
              origin: originOf("s", `/f${file}`, `key${file}`),
              offset: i * 10,
              time: START + start + i * step + ((i * 7919) % (jitter + 1)),
              nanos: i % 3,
              raw: `line ${i} ${"x".repeat(i % 50)}`,
            }),
          ),
        );
        for (let from = 0; from < all.length; from += 400) await store.write(all.slice(from, from + 400));
        const reader = openReader(dataDir);
        for (const { since, until, limit, order } of searches) {
          const bounds = {
            ...(since !== undefined && { since: START + since }),
            ...(until !== undefined && { until: START + until }),
          };
          const sign = order === "newest" ? -1 : 1;
          const inside = all.filter(
            ({ time }) => time >= (bounds.since ?? 0) && time < (bounds.until ?? Number.POSITIVE_INFINITY),
          );
          const found = reader.query({ ...bounds, limit, order });
          assert.equal(found.length, Math.min(limit, inside.length));
          const moments = (list: readonly { time: number; nanos: number }[]) =>
            list.map((r) => r.time * 10 + r.nanos);
          assert.deepEqual(
            moments(found),
            moments(inside)
              .sort((a, b) => sign * (a - b))
              .slice(0, found.length),
          );
          assert.equal(new Set(found.map(({ id }) => id)).size, found.length);
          assert.equal(reader.count(bounds), inside.length);
        }
        reader.close();
        store.close();
      }),
      { numRuns: 12 },
    );
  });

  it("keeps lines of the same time in the order of their file", async (t) => {
    const dataDir = tempFolder(t);
    const store = open(dataDir, 400_000);
    const all = accessRecords(10_000, { rate: 2500 }).map((r) => ({
      ...r,
      time: Math.floor(r.time / 1000) * 1000,
    }));
    for (let from = 0; from < all.length; from += 1000) await store.write(all.slice(from, from + 1000));
    const reader = openReader(dataDir);
    assert.deepEqual(
      reader.query({ order: "oldest", limit: 9000 }).map(({ id }) => id),
      all.slice(0, 9000).map(recordId),
    );
    assert.deepEqual(
      reader.query({ limit: 9000 }).map(({ id }) => id),
      all.toReversed().slice(0, 9000).map(recordId),
    );
    reader.close();
    store.close();
  });

  it("reads a store that does not exist yet, is being written, and has been dropped from", async (t) => {
    const dataDir = tempFolder(t);
    const reader = openReader(dataDir);
    assert.deepEqual(reader.query(), []);
    assert.deepEqual(reader.sql("SELECT count(*) AS n FROM records").rows, [{ n: 0 }]);
    const store = openSegments(join(dataDir, "store"), {
      maxBytes: 1 << 19,
      maxAge: Number.POSITIVE_INFINITY,
    });
    for (let from = 0; from < 20_000; from += 1000) {
      await store.write(accessRecords(1000, { from }));
      assert.equal(reader.query({ limit: 1 })[0]?.offset, (from + 999) * 190);
      assert.equal(reader.count(), store.figures().records);
    }
    store.close();
    assert.equal(reader.figures().records, reader.count());
    assert.equal(
      reader.figures().segments,
      readdirSync(join(dataDir, "store")).filter((n) => n.endsWith(".db")).length,
    );
    reader.close();
  });

  it("goes on with an iteration while segments come and go", async (t) => {
    const dataDir = tempFolder(t);
    const store = openSegments(join(dataDir, "store"), {
      maxBytes: 1 << 19,
      maxAge: Number.POSITIVE_INFINITY,
    });
    await store.write(accessRecords(2000));
    const reader = openReader(dataDir);
    let seen = 0;
    for (const { offset } of reader.iterate({ order: "oldest", limit: Number.POSITIVE_INFINITY })) {
      assert.equal(offset, seen * 190);
      if (++seen % 100 === 0) {
        await store.write(accessRecords(1000, { from: 2000 + seen * 10 }));
        reader.count();
      }
    }
    assert.equal(seen, 2000);
    reader.close();
    store.close();
  });

  it("answers SELECTs over all segments and nothing else", async (t) => {
    const dataDir = tempFolder(t);
    const store = open(dataDir, 120_000);
    const all = accessRecords(5000);
    for (let from = 0; from < 5000; from += 500) await store.write(all.slice(from, from + 500));
    assert.ok(store.figures().segments > 2);
    const reader = openReader(dataDir);
    const { rows } = reader.sql(
      `-- by status
       SELECT status, level, count(*) AS n, max(fields->>'request_time') AS slowest FROM records GROUP BY status ORDER BY 1`,
    );
    assert.deepEqual(
      rows.map(({ status, level, n }) => [status, level, n]),
      [
        [200, "info", 4500],
        [404, "warn", 400],
        [500, "error", 100],
      ],
    );
    const [first] = reader.sql("SELECT * FROM records ORDER BY time, offset LIMIT 1").rows;
    const [same] = reader.query({ order: "oldest", limit: 1 });
    assert.deepEqual({ ...first, fields: JSON.parse(String(first?.fields)), error: undefined }, { ...same });
    const many = reader.sql("SELECT 1 FROM records", { limit: 10 });
    assert.deepEqual([many.rows.length, many.truncated, many.partial], [10, true, false]);
    const refused = [
      "DELETE FROM main.rows",
      "PRAGMA user_version = 3",
      "ATTACH 'x' AS y",
      "SELECT",
      "",
      "SELECT * FROM nope",
    ];
    for (const text of refused) assert.throws(() => reader.sql(text), UserError, text);
    assert.throws(
      () => reader.sql("WITH a AS (SELECT 1) DELETE FROM main.rows"),
      /readonly|read-only|read only/,
    );
    assert.equal(reader.count(), 5000);
    reader.close();
    store.close();
  });
});
