import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { noteRemoved, readRemoved } from "../../src/store/removed.ts";
import { openSegments } from "../../src/store/segments.ts";
import { createWindow } from "../../src/store/window.ts";
import { openShelf } from "../../src/store/window-parts.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords } from "./records.ts";

describe("what the store dropped", () => {
  it("is counted once, however often it is tried, and survives a damaged count", (t) => {
    const folder = tempFolder(t);
    assert.deepEqual(readRemoved(folder), { through: 0, records: 0, aged: 0 });
    noteRemoved(folder, 1, 100, true);
    noteRemoved(folder, 1, 100, true);
    noteRemoved(folder, 3, 20, false);
    assert.deepEqual(readRemoved(folder), { through: 3, records: 120, aged: 100 });
    writeFileSync(join(folder, "removed.json"), '{"through":3,"records":120}');
    assert.deepEqual(readRemoved(folder), { through: 3, records: 120, aged: 0 });
    writeFileSync(join(folder, "removed.json"), "{");
    assert.deepEqual(readRemoved(folder), { through: 0, records: 0, aged: 0 });
  });

  it("is told apart by why it was: for its age, or to make room", async (t) => {
    let now = 0;
    const [old, full] = [tempFolder(t), tempFolder(t)];
    const aging = openSegments(old, { maxBytes: 2 ** 30, maxAge: 4_000, now: () => now });
    await aging.write(accessRecords(10));
    now = 10_000;
    await aging.write(accessRecords(10, { from: 10 }));
    aging.close();
    assert.deepEqual(readRemoved(old), { through: 1, records: 10, aged: 10 });
    const small = openSegments(full, { maxBytes: 200_000, maxAge: 2 ** 40, now: () => now });
    for (let from = 0; from < 30_000; from += 2000) await small.write(accessRecords(2000, { from }));
    small.close();
    const { records, aged } = readRemoved(full);
    assert.ok(records > 0 && aged === 0, JSON.stringify({ records, aged }));
  });

  it("and what is left are all that was written", async (t) => {
    const dataDir = tempFolder(t);
    const store = openSegments(join(dataDir, "store"), {
      maxBytes: 400_000,
      maxAge: Number.POSITIVE_INFINITY,
    });
    const written = 60_000;
    for (let from = 0; from < written; from += 2000) await store.write(accessRecords(2000, { from }));
    const shelf = openShelf(dataDir);
    t.after(() => {
      shelf.close();
      store.close();
    });
    const window = createWindow(shelf, { query: "" });
    while (window.work(50));
    const { count, removed, aged } = window.figures();
    assert.ok(removed > 0 && aged === 0);
    assert.equal(count + removed, written);
  });
});
