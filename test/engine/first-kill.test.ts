import assert from "node:assert/strict";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { runEngine } from "../helpers/engine.ts";
import { tempFolder } from "../helpers/temp.ts";

const NUMBERS =
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) SELECT i FROM n";

describe("a data folder whose first start was killed", () => {
  it("is used by the next one: what was begun there is rolled back", async (t) => {
    const folder = tempFolder(t);
    const data = join(folder, "data");
    mkdirSync(data);
    const db = new DatabaseSync(join(folder, "spool.db"));
    // With so small a cache pages are written before the end, and before them the journal that takes them back.
    db.exec("PRAGMA cache_size = 1; BEGIN IMMEDIATE; CREATE TABLE begun (x)");
    db.exec(`INSERT INTO begun SELECT zeroblob(5000) FROM (${NUMBERS})`);
    for (const name of ["spool.db", "spool.db-journal"]) copyFileSync(join(folder, name), join(data, name));
    db.close();
    const { apply } = runEngine(t, folder);
    assert.deepEqual((await apply({ monitor: false })).issues, []);
  });
});
