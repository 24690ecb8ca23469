import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { Worker } from "node:worker_threads";
import type { Progress } from "../../src/protocol/log-view.ts";
import { openSegments } from "../../src/store/segments.ts";
import { exportFile, storeWriter } from "../../src/vscode/export-file.ts";
import { createQueryThread } from "../../src/vscode/log-view-thread.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { accessRecords } from "../store/records.ts";

const RECORDS = 12_000;
const limits = { maxBytes: 2 ** 30, maxAge: Number.POSITIVE_INFINITY, segmentBytes: 2 ** 28 };
const spawn = (): Worker => new Worker(new URL("../../src/query.ts", import.meta.url));

/** A store, and what an export of all of it is asked with. */
async function stored(t: TestContext) {
  const dataDir = tempFolder(t);
  const store = openSegments(join(dataDir, "store"), limits);
  await store.write(accessRecords(RECORDS));
  await store.close();
  const folder = join(dataDir, "out");
  mkdirSync(folder);
  const what = { dataDir, request: { search: 1, query: "", points: 10 } };
  const to = { write: storeWriter(spawn, what), format: "ndjson" } as const;
  return { what, to, folder, file: join(folder, "all.ndjson") };
}

describe("an export to a file", () => {
  it("puts the whole in the place of what was there", async (t) => {
    const { to, file, folder } = await stored(t);
    writeFileSync(file, "before");
    const { signal } = new AbortController();
    const told: number[] = [];
    const progress = ({ records }: { records: number }) => void told.push(records);
    const written = await exportFile({ ...to, file, progress, signal });
    assert.deepEqual(written, { records: RECORDS, total: RECORDS, missing: 0 });
    assert.equal(readFileSync(file, "utf8").split("\n").length, RECORDS + 1);
    assert.deepEqual(readdirSync(folder), ["all.ndjson"]);
    assert.ok(told.length > 0);
  });

  it("holds what a view that is paused shows", async (t) => {
    const { what, to, folder, file } = await stored(t);
    const silent = () => undefined;
    const thread = createQueryThread(spawn, { debug: silent, info: silent, warn: silent, error: silent });
    t.after(() => thread.dispose());
    const told: Progress[] = [];
    const hears = { progress: (one: Progress) => told.push(one), facets: silent, failed: silent };
    thread.listen(1, hears);
    await thread.call("search", { view: 1, ...what });
    await until(() => told.at(-1)?.done, { what: "the search" });
    await thread.call("live", { view: 1, request: { live: false } });
    const store = openSegments(join(what.dataDir, "store"), limits);
    await store.write(accessRecords(500, { from: RECORDS }));
    await store.close();

    const shown = await thread.call("shown", { view: 1, request: { search: 1 } });
    const { signal } = new AbortController();
    const paused = await exportFile({ ...to, shown, file, progress: silent, signal });
    const all = await exportFile({ ...to, file: join(folder, "more"), progress: silent, signal });

    assert.deepEqual(paused, { records: RECORDS, total: RECORDS, missing: 0 });
    assert.equal(readFileSync(file, "utf8").split("\n").length, RECORDS + 1);
    assert.equal(all?.records, RECORDS + 500);
  });

  it("leaves nothing behind when it is cancelled, and what was there as it was", async (t) => {
    const { to, file, folder } = await stored(t);
    writeFileSync(file, "before");
    const cancelling = new AbortController();
    const { signal } = cancelling;
    const written = await exportFile({ ...to, file, progress: () => cancelling.abort(), signal });
    assert.equal(written, undefined);
    assert.deepEqual(readdirSync(folder), ["all.ndjson"]);
    assert.equal(readFileSync(file, "utf8"), "before");
  });

  it("says what went wrong, and leaves nothing behind", async (t) => {
    const { what, to, folder } = await stored(t);
    const { signal } = new AbortController();
    const progress = () => undefined;
    const file = join(folder, "none", "all.ndjson");
    await assert.rejects(exportFile({ ...to, file, progress, signal }), /ENOENT/);
    const request = { ...what.request, query: "(" };
    const write = storeWriter(spawn, { ...what, request });
    const wrong = exportFile({ ...to, write, file: join(folder, "x"), progress, signal });
    await assert.rejects(wrong, /stops short|can't stand/);
    assert.deepEqual(readdirSync(folder), []);
  });
});
