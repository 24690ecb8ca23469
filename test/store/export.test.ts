import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { LEVELS, type LogRecord } from "../../src/model.ts";
import { exportSearch } from "../../src/store/export.ts";
import { recordOf as storedOf } from "../../src/store/runs.ts";
import { openSegments } from "../../src/store/segments.ts";
import { createWindow } from "../../src/store/window.ts";
import { openShelf } from "../../src/store/window-parts.ts";
import { tempFolder } from "../helpers/temp.ts";
import { originOf, recordOf } from "./records.ts";

const START = 1_700_000_000_000;
const open = (dataDir: string, segmentBytes = 2 ** 28) =>
  openSegments(join(dataDir, "store"), { maxBytes: 2 ** 30, maxAge: Number.POSITIVE_INFINITY, segmentBytes });

const logOf = (count: number, { file = 0, start = 0, step = 10, jitter = 0 } = {}): LogRecord[] =>
  Array.from({ length: count }, (_, i) =>
    recordOf({
      origin: originOf("app", `/f${file}`, `key${file}`),
      offset: i * 10,
      time: START + start + i * step + ((i * 7919) % (jitter + 1)),
      level: LEVELS[i % LEVELS.length],
      raw: `line ${i} of ${file}`,
      fields: { n: i, [`own${file}`]: "x" },
    }),
  );

describe("an export of the store", () => {
  it("walks through what the pages show, in their order, however logs overlap", async (t) => {
    const folder = tempFolder(t);
    let run = 0;
    const log = fc.record({
      start: fc.nat(20_000),
      step: fc.nat(20),
      jitter: fc.nat(60),
      count: fc.integer({ min: 1, max: 900 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(log, { minLength: 1, maxLength: 4 }),
        fc.constantFrom("", "level:warn"),
        async (logs, query) => {
          const dataDir = join(folder, String(run++));
          const store = open(dataDir, 60_000);
          for (const [file, { count, ...shape }] of logs.entries())
            await store.write(logOf(count, { file, ...shape }));
          const shelf = openShelf(dataDir);
          const window = createWindow(shelf, { query });
          while (window.work(50));
          const missing = { records: 0 };
          const walked = [...window.walk(missing)].flat().map((found) => storedOf(found).id);
          const paged = window.rows(0, 10_000).map((found) => storedOf(found).id);
          assert.deepEqual(walked, paged);
          assert.equal(missing.records, 0);
          shelf.close();
          await store.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  it("writes all that a search finds, and gives each field a column", async (t) => {
    const dataDir = tempFolder(t);
    const store = open(dataDir);
    t.after(() => store.close());
    await store.write(logOf(6000));
    await store.write(logOf(30, { file: 1, start: 5 }));
    const told: number[] = [];
    const began = performance.now();
    const ndjson = join(dataDir, "a.ndjson");
    const all = { dataDir, search: { query: "" }, path: ndjson, format: "ndjson" } as const;
    const figures = await exportSearch(all, ({ records }) => told.push(records));
    assert.deepEqual(figures, { records: 6030, total: 6030, missing: 0 });
    // The editor draws each notice, so that there are ten a second at most.
    assert.ok(told.length > 0 && told.length <= 1 + (performance.now() - began) / 100);
    const read = readFileSync(ndjson, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.equal(new Set(read.map(({ id }) => id)).size, 6030);
    assert.deepEqual(
      read.map(({ time }) => time),
      read.map(({ time }) => time).sort(),
    );
    const csv = join(dataDir, "a.csv");
    await exportSearch({ ...all, search: { query: '"of 1"' }, path: csv, format: "csv" }, () => {});
    const [head, first] = readFileSync(csv, "utf8").split("\r\n");
    assert.equal(head, "time,level,source,message,id,file,offset,error,raw,n,own1,fields");
    assert.match(first ?? "", /,line 0 of 1,0,x,$/);
  });

  it("holds of a view that is paused what that shows, whatever came since and whenever it was written", async (t) => {
    const dataDir = tempFolder(t);
    // Segments of a few blocks each.
    const store = open(dataDir, 20_000);
    t.after(() => store.close());
    const shelf = openShelf(dataDir);
    t.after(() => shelf.close());
    const [many, few] = [logOf(9000), logOf(400, { file: 1, start: 5 })];
    await store.write(many.slice(0, 4500));
    await store.write(few.slice(0, 100));
    const window = createWindow(shelf, { query: "line" });
    while (window.work(50));
    const { count, done } = window.figures();
    assert.deepEqual([count, done], [4600, true]);
    const ids = (found: ReturnType<typeof window.rows>) => found.map((one) => storedOf(one).id);
    const shown = ids(window.rows(0, 10_000));

    // Some of it becomes one block with what waited; some is of the time that is shown.
    for (let from = 4500; from < 9000; from += 1500) await store.write(many.slice(from, from + 1500));
    await store.write(few.slice(100));
    await store.write(logOf(50, { file: 2, start: 7 }));
    const path = join(dataDir, "a.ndjson");
    const asked = { dataDir, search: { query: "line" }, path, format: "ndjson" } as const;
    const paused = { count, extent: window.extent };
    const figures = await exportSearch({ ...asked, shown: paused }, () => {});

    assert.deepEqual(figures, { records: 4600, total: 4600, missing: 0 });
    const idsIn = (file: string): string[] =>
      readFileSync(file, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).id);
    assert.deepEqual(idsIn(path), shown);
    const all = `${path}.all`;
    await exportSearch({ ...asked, path: all }, () => {});
    assert.equal(idsIn(all).length, 9450);
  });

  it("overwrites nothing, and keeps what is wrong with the query to say", async (t) => {
    const dataDir = tempFolder(t);
    const store = open(dataDir);
    await store.write(logOf(10));
    await store.close();
    const path = join(dataDir, "a.log");
    const what = { dataDir, search: { query: "" }, path, format: "text" } as const;
    await exportSearch(what, () => {});
    await assert.rejects(
      exportSearch(what, () => {}),
      { code: "EEXIST" },
    );
    await assert.rejects(exportSearch({ ...what, path: `${path}2`, search: { query: "(" } }, () => {}));
    assert.ok(!existsSync(`${path}2`));
  });

  // What a process may write to a file is bounded there alone: the disk takes a part, and says nothing of the rest.
  if (process.platform !== "win32")
    it("fails where the disk takes a part only", async (t) => {
      const dataDir = tempFolder(t);
      const store = open(dataDir);
      await store.write(logOf(8_000));
      await store.close();
      const path = join(dataDir, "found");
      const what = JSON.stringify({ dataDir, search: { query: "" }, path, format: "text" });
      const module = JSON.stringify(new URL("../../src/store/export.ts", import.meta.url).href);
      const code = `const { exportSearch } = await import(${module}); await exportSearch(${what}, () => {});`;
      const bounded = spawnSync(
        "/bin/sh",
        ["-c", 'ulimit -f 64; exec "$0" -e "$1"', process.execPath, code],
        {
          encoding: "utf8",
        },
      );
      assert.notEqual(bounded.status, 0);
      assert.match(bounded.stderr, /EFBIG/);
      assert.ok(statSync(path).size < 8_000 * "line 1 of 0".length);
    });
});
