import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it, type TestContext } from "node:test";
import { Worker } from "node:worker_threads";
import { type Crew, createCrew } from "../../src/store/crew.ts";
import { markOf } from "../../src/store/extent.ts";
import { createScanner } from "../../src/store/scanner.ts";
import { openSegments } from "../../src/store/segments.ts";
import { createWindow, type Window } from "../../src/store/window.ts";
import { openShelf, type Shelf } from "../../src/store/window-parts.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords, originOf, recordOf } from "./records.ts";
import { scanCrew } from "./scan-crew.ts";

const BLOCKS = 12;
const EACH = 1000;

async function storeOf(t: TestContext, segmentBytes = 2 ** 28): Promise<string> {
  const dataDir = tempFolder(t);
  const store = openSegments(join(dataDir, "store"), {
    maxBytes: 2 ** 30,
    maxAge: Number.POSITIVE_INFINITY,
    segmentBytes,
  });
  for (let at = 0; at < BLOCKS; at++) await store.write(accessRecords(EACH, { from: at * EACH }));
  store.close();
  return dataDir;
}

function shelfOf(t: TestContext, dataDir: string): Shelf {
  const shelf = openShelf(dataDir);
  t.after(() => shelf.close());
  return shelf;
}

async function finish(window: Window): Promise<void> {
  do await window.ready();
  while (window.work(1000));
}

/** Looks at parts in this thread, but not before it is told to. */
function heldCrew(): { readonly crew: Crew; readonly asked: () => number; go(): void } {
  const scanner = createScanner();
  const gate = Promise.withResolvers<void>();
  let parts = 0;
  return {
    asked: () => parts,
    go: gate.resolve,
    crew: {
      few: 1,
      free: true,
      async scan(job) {
        parts += job.parts.length;
        await gate.promise;
        const answer = scanner.scan(job);
        scanner.rest();
        return answer;
      },
      close: scanner.rest,
    },
  };
}

const wanted = (word: string): number =>
  accessRecords(BLOCKS * EACH).filter(({ raw }) => raw.includes(word)).length;

describe("a search that other threads help with", () => {
  it("is bounded by when lines came, and has its times in its zone, on those threads too", async (t) => {
    const dataDir = tempFolder(t);
    const limits = { maxBytes: 2 ** 30, maxAge: Number.POSITIVE_INFINITY };
    const store = openSegments(join(dataDir, "store"), limits);
    for (let at = 0; at < 10; at++) await store.write(accessRecords(EACH, { from: at * EACH }));
    await store.write(accessRecords(100, { from: 10 * EACH }));
    const first = shelfOf(t, dataDir);
    first.parts();
    const after = { at: 0, mark: markOf(first.extent()) };
    for (let at = 0; at < 10; at++)
      await store.write(accessRecords(EACH, { from: 10 * EACH + 100 + at * EACH }));
    store.close();
    // Of 2023-11-14T22:13:20Z on, a thousand a second.
    const query = "items time:>=2023-11-15T07:13:35";
    const crew = scanCrew(t, { few: 1 });
    for (const bounds of [{ after }, { upTo: after }, {}]) {
      const search = { query, zone: "Asia/Tokyo", ...bounds };
      const helped = createWindow(shelfOf(t, dataDir), search, { crew });
      await finish(helped);
      const alone = createWindow(shelfOf(t, dataDir), search);
      await finish(alone);
      assert.equal(helped.figures().count, alone.figures().count);
      assert.equal(helped.figures().count, "upTo" in bounds ? 0 : 5_100);
    }
    const came = createWindow(shelfOf(t, dataDir), { query: "items", after }, { crew });
    await finish(came);
    assert.equal(came.figures().count, 10_000);
  });

  it("finds what one finds alone, and is not over before the others are", async (t) => {
    const shelf = shelfOf(t, await storeOf(t));
    const { crew, asked, go } = heldCrew();
    const window = createWindow(shelf, { query: "items/5" }, { crew });

    await window.ready();
    assert.equal(window.work(1000), true);
    assert.equal(window.figures().scanned, (BLOCKS - asked()) * EACH);
    assert.equal(window.figures().done, false);
    go();
    await finish(window);

    assert.equal(window.figures().count, wanted("items/5"));
    assert.ok(window.figures().done);
  });

  it("goes on when it is searched in a narrower or another way meanwhile", async (t) => {
    const shelf = shelfOf(t, await storeOf(t));
    const crew = scanCrew(t, { few: 1, size: 2 });
    const first = createWindow(shelf, { query: "items/5" }, { crew });
    await first.ready();
    const narrower = createWindow(shelf, { query: "items/55" }, { crew, before: first });
    await narrower.ready();
    const other = createWindow(shelf, { query: "status:404 items/9", sources: ["access"] }, { crew });

    await Promise.all([finish(first), finish(narrower), finish(other)]);

    assert.equal(first.figures().count, wanted("items/5"));
    assert.equal(narrower.figures().count, wanted("items/55"));
    assert.equal(
      other.figures().count,
      accessRecords(BLOCKS * EACH).filter(
        ({ raw, fields }) => fields.status === 404 && raw.includes("items/9"),
      ).length,
    );
  });

  it("takes in what is written meanwhile, though the steps of its histogram become wider by it", async (t) => {
    const dataDir = await storeOf(t);
    const shelf = shelfOf(t, dataDir);
    const { crew, go } = heldCrew();
    const window = createWindow(shelf, { query: "items/5" }, { crew, points: 10 });
    await window.ready();
    const store = openSegments(join(dataDir, "store"), {
      maxBytes: 2 ** 30,
      maxAge: Number.POSITIVE_INFINITY,
    });
    t.after(() => store.close());
    const late = accessRecords(EACH, { from: 1_000_000 });
    await store.write(late);

    window.refresh();
    go();
    await finish(window);

    const all = wanted("items/5") + late.filter(({ raw }) => raw.includes("items/5")).length;
    assert.equal(window.figures().count, all);
    const { classes } = window.histogram(10);
    const levels = classes.slice(0, classes.length - 6).flat();
    assert.equal(
      levels.reduce((sum, count) => sum + count, 0),
      all,
    );
  });

  it("knows nothing of what was dropped meanwhile", async (t) => {
    const dataDir = await storeOf(t, 1);
    const shelf = shelfOf(t, dataDir);
    const { crew, go } = heldCrew();
    const window = createWindow(shelf, { query: "items/5" }, { crew });
    await window.ready();
    const store = openSegments(join(dataDir, "store"), { maxBytes: 300_000, maxAge: 2 ** 40 });
    t.after(() => store.close());
    for (let from = 2_000_000; shelf.parts().length >= BLOCKS; from += EACH)
      await store.write(accessRecords(EACH, { from }));

    window.refresh();
    go();
    await finish(window);

    const { count, total, damaged, scanned } = window.figures();
    assert.equal(damaged, 0);
    assert.equal(scanned, total);
    assert.ok(count <= total);
  });

  for (const column of ["texts", "rest"]) {
    it(`counts what can't be read as one does that looks at all by itself: ${column}`, async (t) => {
      const dataDir = await storeOf(t);
      const db = new DatabaseSync(join(dataDir, "store", "00000001.db"));
      const ids = db.prepare(`SELECT id, ${column} AS frame FROM blocks ORDER BY id`).all();
      const damage = db.prepare(`UPDATE blocks SET ${column} = ? WHERE id = ?`);
      const [cut, garbage] = [ids[3], ids[6]];
      damage.run((cut as { frame: Uint8Array }).frame.subarray(0, 100), Number(cut?.id));
      damage.run(Buffer.from([0, 1, 2, 3]), Number(garbage?.id));
      db.close();
      const shelf = shelfOf(t, dataDir);
      const window = createWindow(
        shelf,
        { query: column === "texts" ? "HTTP" : "method:GET" },
        { crew: scanCrew(t, { few: 1 }) },
      );

      await finish(window);

      const { count, damaged } = window.figures();
      assert.deepEqual({ count, damaged }, { count: (BLOCKS - 2) * EACH, damaged: 2 * EACH });
    });
  }

  it("ends with the reason when an expression takes too long there", async (t) => {
    const shelf = shelfOf(t, await storeOf(t));
    const window = createWindow(
      shelf,
      { query: String.raw`/(\S+\s?)+(\S+\s?)+(\S+\s?)+x$/` },
      { crew: scanCrew(t, { few: 1 }) },
    );

    await assert.rejects(finish(window), { name: "UserError" });
  });

  it("looks at all by itself when the others die", async (t) => {
    const shelf = shelfOf(t, await storeOf(t));
    const crew = createCrew(() => new Worker("process.exit(3)", { eval: true }), 1, 1);
    t.after(() => crew.close());
    const window = createWindow(shelf, { query: "items/5" }, { crew });

    await finish(window);

    assert.equal(window.figures().count, wanted("items/5"));
    assert.equal(crew.free, false);
  });

  it("comes to an end when the store is closed meanwhile", async (t) => {
    const shelf = shelfOf(t, await storeOf(t));
    const window = createWindow(shelf, { query: "items/5" }, { crew: scanCrew(t, { few: 1 }) });
    await window.ready();

    shelf.close();

    await window.ready();
  });
});

describe("what another thread looks at", () => {
  it("is searched for the same expression again after it was stopped elsewhere", async (t) => {
    const dataDir = tempFolder(t);
    const store = openSegments(join(dataDir, "store"), {
      maxBytes: 2 ** 30,
      maxAge: Number.POSITIVE_INFINITY,
    });
    for (const [source, raw] of Object.entries({ slow: `${"a".repeat(60)}c`, quick: "aab" }))
      await store.write(
        Array.from({ length: EACH }, (_, at) =>
          recordOf({ origin: originOf(source), offset: at * 100, raw: at === 0 ? raw : "x" }),
        ),
      );
    store.close();
    const shelf = shelfOf(t, dataDir);
    const scanner = createScanner();
    t.after(() => scanner.rest());
    const condition = {
      since: Number.NEGATIVE_INFINITY,
      until: Number.POSITIVE_INFINITY,
      levels: undefined,
      step: 1000,
    };
    const scan = (source: string) => {
      const parts = shelf.parts().filter(({ file, whole }) => whole && file.source === source);
      assert.equal(parts.length, 1);
      return scanner.scan({ dataDir, query: "/^(a+)+b$/", condition, parts });
    };

    assert.ok("refusal" in scan("slow"));
    const again = scan("quick");

    assert.deepEqual("hits" in again && again.hits.map(({ count }) => count), [1]);
  });
});
