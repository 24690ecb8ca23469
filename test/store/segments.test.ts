import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { recordId } from "../../src/model.ts";
import { openReader } from "../../src/store/reader.ts";
import { openSegments, type SegmentsOptions } from "../../src/store/segments.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords, originOf, recordOf } from "./records.ts";

const roomy: SegmentsOptions = { maxBytes: 2 ** 30, maxAge: Number.POSITIVE_INFINITY };

function open(dataDir: string, options: Partial<SegmentsOptions> = {}) {
  return openSegments(join(dataDir, "store"), { ...roomy, ...options });
}

function idsIn(dataDir: string): string[] {
  const reader = openReader(dataDir);
  try {
    return reader.query({ limit: Number.POSITIVE_INFINITY, order: "oldest" }).map(({ id }) => id);
  } finally {
    reader.close();
  }
}

describe("segments", () => {
  it("name the source that a record was read for, also where another one goes on with its partition", async (t) => {
    const dataDir = tempFolder(t);
    const read = (source: string, offset: number) =>
      recordOf({ offset, origin: { source, file: "t[0]", key: "0123456789abcdef" } });
    let store = open(dataDir);
    await store.write([read("old", 1), read("heir", 2)]);
    store.close();
    store = open(dataDir);
    // What comes again is known, whichever it is told to be of.
    assert.equal(await store.write([read("heir", 1), read("heir", 3), read("next", 4)]), 2);
    store.close();
    const reader = openReader(dataDir);
    const found = reader.query({ order: "oldest" }).map(({ offset, source }) => `${offset} ${source}`);
    reader.close();
    assert.deepEqual(found.sort(), ["1 old", "2 heir", "3 heir", "4 next"]);
  });

  it("give back what was written", async (t) => {
    const dataDir = tempFolder(t);
    const run = fc.sample(
      fc.record({
        raw: fc.string({ unit: "grapheme" }),
        message: fc.string({ unit: "binary" }).filter((text) => Buffer.from(text).toString() === text),
        nanos: fc.nat(999_999),
        level: fc.constantFrom(undefined, "trace", "warn", "fatal"),
        fields: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })),
        error: fc.constantFrom(undefined, "no match"),
      }),
      { numRuns: 300, seed: 7 },
    );
    const records = run.map((changes, i) =>
      recordOf({ ...(changes as object), offset: i * 10, time: 1_700_000_000_000 + i }),
    );
    const store = open(dataDir);
    // Few wait in rows, all stand in a block.
    assert.equal(await store.write(records.slice(0, 100)), 100);
    const few = openReader(dataDir);
    const waiting = few.query({ order: "oldest" });
    few.close();
    assert.equal(await store.write(records), 200);
    const reader = openReader(dataDir);
    const found = reader.query({ order: "oldest" });
    assert.deepEqual(waiting, found.slice(0, 100));
    for (const [i, record] of records.entries()) {
      const { id, time, nanos, source, file, offset, level, message, raw, fields, error } = found[i]!;
      const fieldsBack = JSON.parse(JSON.stringify(record.fields));
      assert.deepEqual(
        { id, time, nanos, source, file, offset, level, message, raw, fields, error },
        {
          id: recordId(record),
          time: record.time,
          nanos: record.nanos,
          source: "access",
          file: "/var/log/access.log",
          offset: record.offset,
          level: record.level,
          message: record.message,
          raw: record.raw,
          fields: fieldsBack,
          error: record.error,
        },
      );
    }
    reader.close();
    store.close();
  });

  it("hold each record once, however it is replayed over cuts and restarts", async (t) => {
    const folder = tempFolder(t);
    let run = 0;
    const moves = fc.array(
      fc.record({ back: fc.nat(400), ahead: fc.integer({ min: 1, max: 500 }), restart: fc.boolean() }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(moves, async (steps) => {
        const dataDir = join(folder, String(run++));
        const origins = [originOf("access"), originOf("other")];
        const all = origins.map((at) => accessRecords(6000, { at }));
        // Two files, their lines in turn, as two sources would write them.
        const stream = all[0]!.flatMap((record, i) => [record, all[1]![i]!]);
        let store = open(dataDir, { segmentBytes: 100_000 });
        let reached = 0;
        for (const { back, ahead, restart } of steps) {
          if (restart) {
            store.close();
            store = open(dataDir, { segmentBytes: 100_000 });
          }
          const from = Math.max(0, reached - back);
          const added = await store.write(stream.slice(from, reached + ahead));
          assert.equal(added, ahead);
          reached += ahead;
        }
        assert.equal(store.figures().records, reached);
        store.close();
        const ids = idsIn(dataDir);
        assert.deepEqual(ids.toSorted(), stream.slice(0, reached).map(recordId).toSorted());
      }),
      { numRuns: 15 },
    );
  });

  it("stay within the bound of bytes by dropping the oldest files", async (t) => {
    const dataDir = tempFolder(t);
    const maxBytes = 1 << 20;
    const store = open(dataDir, { maxBytes });
    for (let from = 0; from < 60_000; from += 1000) {
      await store.write(accessRecords(1000, { from }));
      assert.ok(store.figures().bytes <= maxBytes, `${store.figures().bytes} bytes`);
    }
    const { records, segments } = store.figures();
    assert.ok(records > 10_000 && records < 40_000, `${records} records`);
    assert.ok(segments <= 6);
    store.close();
    const files = readdirSync(join(dataDir, "store")).filter((name) => name !== "removed.json");
    assert.equal(files.length, segments);
    assert.equal(idsIn(dataDir).at(-1), recordId(accessRecords(1, { from: 59_999 })[0]!));
    assert.equal(idsIn(dataDir).length, records);
  });

  it("go when they are older than the bound of age, by when they were written", async (t) => {
    const dataDir = tempFolder(t);
    let now = 0;
    const day = 86_400_000;
    const store = open(dataDir, { maxAge: 8 * day, now: () => now });
    for (let i = 0; i < 40; i++) {
      now = i * day;
      await store.write(accessRecords(10, { from: i * 10 }));
    }
    assert.ok(store.figures().records >= 80 && store.figures().records <= 130, `${store.figures().records}`);
    now = 100 * day;
    store.prune();
    assert.deepEqual(store.figures(), { segments: 0, records: 0, bytes: 0 });
    assert.equal(await store.write(accessRecords(10, { from: 400 })), 10);
    store.close();
  });

  it("tell apart offsets beyond a tebibyte", async (t) => {
    const dataDir = tempFolder(t);
    const store = open(dataDir);
    const offsets = [0, 5, 2 ** 40 - 1, 2 ** 40, 2 ** 40 + 5, 2 ** 45 + 5, 2 ** 52];
    const records = offsets.map((offset) => recordOf({ offset, time: offset }));
    await store.write(records.slice(0, 4));
    await store.write(records);
    const reader = openReader(dataDir);
    assert.deepEqual(
      reader.query({ order: "oldest" }).map(({ offset }) => offset),
      offsets,
    );
    assert.deepEqual(
      reader.query({ order: "oldest" }).map(({ id }) => id),
      records.map(recordId),
    );
    reader.close();
    store.close();
  });

  it("are cut when the serials of files run out", async (t) => {
    const dataDir = tempFolder(t);
    const store = open(dataDir);
    const records = Array.from({ length: 9000 }, (_, i) =>
      recordOf({ origin: originOf("many", `/f${i}`, `k${i}`) }),
    );
    assert.equal(await store.write(records), 9000);
    assert.equal(await store.write(records), 0);
    assert.equal(store.figures().segments, 2);
    store.close();
    assert.equal(new Set(idsIn(dataDir)).size, 9000);
    const again = open(dataDir);
    assert.equal(await again.write(records), 0);
    again.close();
  });

  it("write the same records after a write that failed", async (t) => {
    const dataDir = tempFolder(t);
    const store = open(dataDir);
    await store.write(accessRecords(10));
    const next = accessRecords(100, { from: 10 });
    // A value that SQLite can't take, after rows that it could.
    const broken = [...next.slice(0, 50), { ...next[50]!, time: {} as number }, ...next.slice(51)];
    await assert.rejects(store.write(broken));
    assert.equal(await store.write(next), 100);
    assert.equal(store.figures().records, 110);
    store.close();
    assert.equal(idsIn(dataDir).length, 110);
  });

  it("set a damaged file aside and go on", async (t) => {
    const dataDir = tempFolder(t);
    open(dataDir).close();
    const file = join(dataDir, "store", "00000001.db");
    writeFileSync(file, "this is not a database".repeat(1000));
    const store = open(dataDir);
    assert.equal(await store.write(accessRecords(5)), 5);
    assert.ok(existsSync(`${file}.damaged`));
    store.close();
    assert.equal(idsIn(dataDir).length, 5);
  });

  it("leave nothing behind of tries to begin one on a full disk, nor of a kill meanwhile", async (t) => {
    const dataDir = tempFolder(t);
    const folder = join(dataDir, "store");
    let now = 0;
    const store = open(dataDir, { maxAge: 4000, now: () => now });
    await store.write(accessRecords(10));
    now = 1001;
    const blocker = join(folder, "00000002.db-wal");
    mkdirSync(blocker);
    const next = accessRecords(10, { from: 10 });
    for (let tries = 0; tries < 3; tries++) await assert.rejects(store.write(next));
    rmdirSync(blocker);
    assert.equal(await store.write(next), 10);
    store.close();
    writeFileSync(join(folder, "00000003.db"), "");
    open(dataDir, { maxAge: 4000, now: () => now }).close();
    assert.deepEqual(readdirSync(folder).sort(), ["00000001.db", "00000002.db"]);
    assert.equal(idsIn(dataDir).length, 20);
  });
});
