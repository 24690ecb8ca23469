import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { openSegments } from "../../src/store/segments.ts";
import { createWindow, type Window } from "../../src/store/window.ts";
import { openShelf } from "../../src/store/window-parts.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords } from "./records.ts";

const BLOCKS = 12;

async function storeIn(dataDir: string): Promise<void> {
  const store = openSegments(join(dataDir, "store"), { maxBytes: 2 ** 30, maxAge: Number.POSITIVE_INFINITY });
  for (let at = 0; at < BLOCKS; at++) await store.write(accessRecords(1000, { from: at * 1000 }));
  store.close();
}

const frameOf = (row: Record<string, unknown> | undefined) => row?.frame as Uint8Array;

async function finish(window: Window): Promise<void> {
  do await window.ready();
  while (window.work(1000));
}

describe("a search whose blocks are unpacked ahead", () => {
  it("looks at no block that is still being unpacked but the one it was asked for", async (t) => {
    const dataDir = tempFolder(t);
    await storeIn(dataDir);
    const shelf = openShelf(dataDir);
    t.after(() => shelf.close());
    const window = createWindow(shelf, { query: "items/5" });

    await window.ready();
    window.work(1000);
    // Nothing was heard of the others since: that takes a turn of the loop.
    assert.ok(window.figures().scanned < BLOCKS * 1000);
    await finish(window);

    assert.equal(window.figures().scanned, BLOCKS * 1000);
    assert.ok(window.figures().done);
  });

  it("finds what is there though nobody waits for what was begun, and other searches come between", async (t) => {
    const dataDir = tempFolder(t);
    await storeIn(dataDir);
    const shelf = openShelf(dataDir);
    t.after(() => shelf.close());
    const [left, other] = ["items/9", "items/5"].map((query) => createWindow(shelf, { query }));

    void left?.ready();
    await finish(other as Window);
    while (left?.work(1000));

    const wanted = accessRecords(BLOCKS * 1000);
    for (const [window, word] of [[left, "items/9"] as const, [other, "items/5"] as const])
      assert.equal(window?.figures().count, wanted.filter(({ raw }) => raw.includes(word)).length);
  });

  for (const column of ["texts", "rest"]) {
    it(`counts what can't be read as one that unpacks nothing ahead does: ${column}`, async (t) => {
      const dataDir = tempFolder(t);
      await storeIn(dataDir);
      const db = new DatabaseSync(join(dataDir, "store", "00000001.db"));
      const damage = db.prepare(`UPDATE blocks SET ${column} = ? WHERE id = ?`);
      const ids = db.prepare(`SELECT id, ${column} AS frame FROM blocks ORDER BY id`).all();
      const [cut, garbage] = [ids[3], ids[6]];
      damage.run(frameOf(cut).subarray(0, 100), Number(cut?.id));
      damage.run(Buffer.from([0, 1, 2, 3]), Number(garbage?.id));
      db.close();
      const query = column === "texts" ? "HTTP" : "method:GET";
      const figures = [];
      for (const ahead of [true, false]) {
        const shelf = openShelf(dataDir);
        const window = createWindow(shelf, { query });
        if (ahead) await finish(window);
        else while (window.work(1000));
        const { count, damaged } = window.figures();
        figures.push({ count, damaged });
        shelf.close();
      }
      const [one, two] = figures;
      assert.deepEqual(one, { count: (BLOCKS - 2) * 1000, damaged: 2000 });
      assert.deepEqual(one, two);
    });
  }

  it("comes to an end when the store is closed meanwhile", async (t) => {
    const dataDir = tempFolder(t);
    await storeIn(dataDir);
    const shelf = openShelf(dataDir);
    const window = createWindow(shelf, { query: "items/5" });
    const ready = window.ready();
    shelf.close();

    await ready;
  });
});
