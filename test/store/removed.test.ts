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
    assert.deepEqual(readRemoved(folder), { through: 0, records: 0 });
    noteRemoved(folder, 1, 100);
    noteRemoved(folder, 1, 100);
    noteRemoved(folder, 3, 20);
    assert.deepEqual(readRemoved(folder), { through: 3, records: 120 });
    writeFileSync(join(folder, "removed.json"), "{");
    assert.deepEqual(readRemoved(folder), { through: 0, records: 0 });
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
    const { count, removed } = window.figures();
    assert.ok(removed > 0);
    assert.equal(count + removed, written);
  });
});
