import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { openFolder } from "../../src/engine/folder.ts";
import { silent } from "../../src/lib/log.ts";
import { openSegments } from "../../src/store/segments.ts";
import { holdDatabase } from "../helpers/held-database.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords } from "../store/records.ts";

/** As a reader holds a database that it recovers after a kill. */
const MOMENT = 300;

const opened = (dataDir: string) => openFolder(dataDir, silent, new AbortController().signal, 1000);

async function made(t: TestContext): Promise<string> {
  const dataDir = tempFolder(t);
  const folder = await opened(dataDir);
  await folder.close();
  return dataDir;
}

const setAside = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".damaged"));

describe("a data folder whose database another program holds", () => {
  for (const name of ["spool.db", "history.db"]) {
    it(`is opened once that lets go: ${name}`, async (t) => {
      const dataDir = await made(t);
      const free = await holdDatabase(t, join(dataDir, name), MOMENT);
      const folder = await opened(dataDir);
      await folder.close();
      await free();
      assert.deepEqual(setAside(dataDir), []);
    });

    it(`is not used, and nothing in it is called damaged, while that goes on: ${name}`, async (t) => {
      const dataDir = await made(t);
      const free = await holdDatabase(t, join(dataDir, name));
      await assert.rejects(opened(dataDir), {
        name: "UserError",
        message: /another program holds its database and does not let go \(database is locked\): end that/,
      });
      assert.deepEqual(setAside(dataDir), []);
      await free();
      const folder = await opened(dataDir);
      await folder.close();
    });
  }
});

describe("a store of which another program holds a segment", () => {
  it("fails, sets nothing aside, and has it whole once that lets go", async (t) => {
    const folder = join(tempFolder(t), "store");
    const bounds = { maxBytes: 1 << 30, maxAge: Number.POSITIVE_INFINITY };
    const before = openSegments(folder, bounds);
    await before.write(accessRecords(1000));
    before.close();
    const free = await holdDatabase(t, join(folder, "00000001.db"));
    assert.throws(() => openSegments(folder, bounds), { message: "database is locked" });
    assert.deepEqual(setAside(folder), []);
    await free();
    const store = openSegments(folder, bounds);
    assert.equal(store.figures().records, 1000);
    store.close();
  });
});
