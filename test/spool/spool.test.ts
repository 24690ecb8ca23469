import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import fc from "fast-check";
import { DamagedBlock } from "../../src/spool/blocks.ts";
import { createCheckpoints } from "../../src/spool/checkpoints.ts";
import { openSpoolDatabase } from "../../src/spool/database.ts";
import { cpuTime } from "../helpers/cpu-time.ts";
import { chunkOf, newGeneration, openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { within } from "../helpers/within.ts";

/** The tables as the first version made them. */
const FIRST_FORMAT = `
CREATE TABLE generations (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, source TEXT NOT NULL, path TEXT NOT NULL,
  device INTEGER NOT NULL, inode INTEGER NOT NULL, fingerprint TEXT NOT NULL, fingerprintLength INTEGER NOT NULL,
  offset INTEGER NOT NULL, marker TEXT NOT NULL, ended INTEGER NOT NULL DEFAULT 0, updated INTEGER NOT NULL
) STRICT;
CREATE TABLE configs (id INTEGER PRIMARY KEY, json TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE blocks (
  seq INTEGER PRIMARY KEY, generation INTEGER NOT NULL, config INTEGER NOT NULL, start INTEGER NOT NULL,
  bytes INTEGER NOT NULL, lines INTEGER NOT NULL, observed INTEGER NOT NULL, codec INTEGER NOT NULL, data BLOB NOT NULL
) STRICT;
CREATE TABLE cursors (sink TEXT PRIMARY KEY, seq INTEGER NOT NULL, state TEXT, updated INTEGER NOT NULL) STRICT;
PRAGMA user_version = 1;`;

const none = (): void => {};

describe("spool", () => {
  it("gives back what was appended, in order, with its place", async (t) => {
    const { spool, checkpoints } = openSpool(tempFolder(t));
    const generation = newGeneration(checkpoints);
    spool.cursor("s");
    const config = spool.config('{"name":"plain"}');
    const texts = ["one\n", `${"x".repeat(300_000)}\n`, "three\n"];
    let start = 0;
    for (const text of texts) {
      void spool.append(chunkOf(generation, start, text), 1, config, none);
      start += text.length;
    }
    await spool.flush();
    const blocks = [1, 2, 3].map((seq) => spool.read(seq));
    assert.deepEqual(
      blocks.map((block) => block?.bytes.toString()),
      texts,
    );
    assert.deepEqual(
      blocks.map((block) => block?.start),
      [0, 4, 300_005],
    );
    assert.equal(spool.configJson(blocks[0]!.config), '{"name":"plain"}');
    await spool.close();
  });

  it("tells of durability in the order of the numbers, whatever packing takes", async (t) => {
    const { spool, checkpoints } = openSpool(tempFolder(t));
    const generation = newGeneration(checkpoints);
    const seen: number[] = [];
    const sizes = [400_000, 10, 200_000, 5, 300_000, 3];
    await Promise.all(
      sizes.map((size) =>
        spool.append(chunkOf(generation, 0, `${"y".repeat(size)}\n`), 1, 1, (seq) => seen.push(seq)),
      ),
    );
    assert.deepEqual(seen, [1, 2, 3, 4, 5, 6]);
    await spool.close();
  });

  it("moves the position of the source with the block, in one transaction", async (t) => {
    const folder = tempFolder(t);
    const first = openSpool(folder);
    const generation = newGeneration(first.checkpoints);
    first.spool.cursor("s");
    await first.spool.append(chunkOf(generation, 0, "one\ntwo\n"), 2, 1, none);
    // A second connection sees what a restart after a kill would see.
    const second = openSpool(folder);
    assert.equal(second.checkpoints.load("a")[0]?.offset, 8);
    assert.equal(second.spool.read(1)?.bytes.toString(), "one\ntwo\n");
    await second.spool.close();
    await first.spool.close();
  });

  it("deletes a block once every sink passed it, and no sooner", async (t) => {
    const { spool, checkpoints, db } = openSpool(tempFolder(t));
    const generation = newGeneration(checkpoints);
    spool.cursor("fast");
    spool.cursor("slow");
    for (let at = 0; at < 3; at++) await spool.append(chunkOf(generation, at, "x"), 1, 1, none);
    const held = () => Number(db.prepare("SELECT count(*) AS n FROM blocks").get()?.n);
    spool.advance("fast", 3, undefined);
    await until(() => db.prepare("SELECT seq FROM cursors WHERE sink = 'fast'").get()?.seq === 3);
    assert.equal(held(), 3);
    spool.advance("slow", 2, undefined);
    await until(() => held() === 1);
    assert.deepEqual(spool.behind(2), { records: 1, bytes: 1, oldest: 1_700_000_000_000 });
    await spool.close();
  });

  it("remembers cursors and their state over a restart, and numbers go on", async (t) => {
    const folder = tempFolder(t);
    const first = openSpool(folder);
    const generation = newGeneration(first.checkpoints);
    first.spool.cursor("s");
    await first.spool.append(chunkOf(generation, 0, "a\n"), 1, 1, none);
    first.spool.advance("s", 1, { length: 5 });
    await first.spool.close();
    const second = openSpool(folder);
    assert.deepEqual(second.spool.cursor("s"), { seq: 1, state: { length: 5 } });
    const seqs: number[] = [];
    await second.spool.append(chunkOf(generation, 2, "b\n"), 1, 1, (seq) => seqs.push(seq));
    assert.deepEqual(seqs, [2]);
    await second.spool.close();
  });

  it("makes a cursor durable soon, also after a reload at which nothing was to be written", async (t) => {
    const folder = tempFolder(t);
    const { spool, checkpoints } = openSpool(folder);
    const generation = newGeneration(checkpoints);
    spool.cursor("s");
    await spool.append(chunkOf(generation, 0, "one\n"), 1, 1, none);
    const { resolve: due, promise: wrote } = Promise.withResolvers<void>();
    spool.retain(["s"]);
    // Behind the timer that `retain` set: of the same length, and set later.
    setTimeout(due, 50);
    await wrote;
    spool.advance("s", 1, undefined);
    // A second connection sees what a restart after a kill would see.
    const other = openSpool(folder);
    const stands = other.db.prepare("SELECT seq FROM cursors");
    await until(() => Number(stands.get()?.seq) === 1, { what: "the cursor to be durable" });
    await other.spool.close();
    assert.equal(spool.figures().blocks, 0);
    await spool.close();
  });

  it("throws at a damaged block, keeps a copy once, and gives the next", async (t) => {
    const { spool, checkpoints, db } = openSpool(tempFolder(t));
    const generation = newGeneration(checkpoints);
    spool.cursor("s");
    const config = spool.config('{"name":"plain"}');
    await spool.append(chunkOf(generation, 0, `${"a".repeat(5000)}\n`), 1, config, none);
    await spool.append(chunkOf(generation, 5001, "b\n"), 1, config, none);
    db.exec("UPDATE blocks SET data = x'00112233' WHERE seq = 1");
    assert.throws(
      () => spool.read(1),
      (error) => error instanceof DamagedBlock && error.block.seq === 1 && error.block.lines === 1,
    );
    for (let times = 0; times < 2; times++) spool.setAside(1, "torn");
    assert.deepEqual(
      db.prepare("SELECT key, start, source, path, parser, reason, hex(data) AS data FROM damaged").all(),
      [
        {
          __proto__: null,
          key: generation.key,
          start: 0,
          source: "a",
          path: "/logs/a.log",
          parser: '{"name":"plain"}',
          reason: "torn",
          data: "00112233",
        },
      ],
    );
    assert.equal(spool.figures().damaged, 1);
    assert.equal(spool.read(2)?.bytes.toString(), "b\n");
    await spool.close();
  });

  it("brings up a file of the first format, and keeps what is in it", async (t) => {
    const folder = tempFolder(t);
    const old = new DatabaseSync(join(folder, "spool.db"));
    old.exec(`${FIRST_FORMAT}
      INSERT INTO generations VALUES (1, 'k', 'a', '/logs/a.log', 1, 1, '', 0, 2, '', 0, 1);
      INSERT INTO blocks VALUES (1, 1, 1, 0, 2, 1, 1, 0, x'610a');
      INSERT INTO cursors VALUES ('s', 0, NULL, 1)`);
    old.close();
    const { spool, checkpoints } = openSpool(folder);
    assert.equal(spool.read(1)?.bytes.toString(), "a\n");
    assert.equal(checkpoints.load("a")[0]?.offset, 2);
    spool.setAside(1, "why not");
    assert.equal(spool.figures().damaged, 1);
    await spool.close();
  });

  it("waits out a locked database and loses nothing", async (t) => {
    const folder = tempFolder(t);
    const { spool, checkpoints, db } = openSpool(folder);
    db.exec("PRAGMA busy_timeout = 1");
    const generation = newGeneration(checkpoints);
    spool.cursor("s");
    const other = openSpool(folder);
    other.db.exec("BEGIN IMMEDIATE");
    const durable = spool.append(chunkOf(generation, 0, "kept\n"), 1, 1, none);
    await until(() => spool.figures().problem);
    assert.match(spool.figures().problem ?? "", /readers wait, nothing is lost/);
    other.db.exec("COMMIT");
    await durable;
    assert.equal(spool.figures().problem, undefined);
    assert.equal(spool.read(1)?.bytes.toString(), "kept\n");
    await other.spool.close();
    await spool.close();
  });

  it("lets go of what can't be written when the end is near, and of nothing before", async (t) => {
    const folder = tempFolder(t);
    const { spool, checkpoints, db } = openSpool(folder);
    db.exec("PRAGMA busy_timeout = 1");
    const generation = newGeneration(checkpoints);
    spool.cursor("s");
    spool.finish(50);
    await spool.append(chunkOf(generation, 0, "kept\n"), 1, 1, none);
    const other = openSpool(folder);
    other.db.exec("BEGIN IMMEDIATE");
    await assert.rejects(within(5_000, spool.append(chunkOf(generation, 5, "lost\n"), 1, 1, none)), /closed/);
    assert.equal(spool.pendingBytes, 0);
    assert.equal(generation.offset, 5);
    await within(5_000, spool.close());
    other.db.exec("COMMIT");
    assert.equal(other.checkpoints.load("a")[0]?.offset, 5);
    await other.spool.close();
  });

  it("gives the disk back, bit by bit, what it took in an outage", async (t) => {
    const folder = tempFolder(t);
    const { spool, db, checkpoints } = openSpool(folder);
    const { id } = newGeneration(checkpoints);
    const count = 5_000;
    db.exec(`WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < ${count})
      INSERT INTO blocks SELECT seq, ${id}, 1, seq, 10000, 1, seq, 0, zeroblob(10000) FROM n`);
    await spool.close();
    const again = openSpool(folder);
    again.spool.cursor("s");
    again.spool.advance("s", count, undefined);
    const size = (): number => {
      const { pages } = again.db.prepare("SELECT page_count AS pages FROM pragma_page_count").get() ?? {};
      return Number(pages) * 4096;
    };
    const before = size();
    assert.ok(before > 40_000_000);
    await until(() => size() < before - 1_000_000);
    await again.spool.close();
    assert.ok(statSync(join(folder, "spool.db")).size < before - 1_000_000);
  });

  it("drops the oldest for sinks that lag, and says how much of whom", async (t) => {
    const { spool, checkpoints, db } = openSpool(tempFolder(t));
    const generation = newGeneration(checkpoints);
    spool.cursor("s");
    for (const at of [0, 1]) await spool.append(chunkOf(generation, at, "x"), 7, 1, none);
    spool.cursor("quick");
    spool.advance("quick", 2, undefined);
    assert.deepEqual(spool.dropOldest(), { seq: 1, config: 1, lines: 7, sinks: ["s"] });
    assert.equal(spool.cursor("s").seq, 1);
    assert.equal(spool.cursor("quick").seq, 2);
    assert.equal(spool.figures().blocks, 1);
    assert.equal(spool.read(1)?.seq, 2);
    await until(() => Number(db.prepare("SELECT count(*) AS n FROM blocks").get()?.n) === 1);
    spool.dropOldest();
    assert.equal(spool.read(1), undefined);
    assert.equal(spool.dropOldest(), undefined);
    await spool.close();
  });

  it("keeps any bytes (property)", async (t) => {
    const { spool, checkpoints } = openSpool(tempFolder(t));
    const generation = newGeneration(checkpoints);
    spool.cursor("s");
    let seq = 0;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 8000 }), async (bytes) => {
        const chunk = { ...chunkOf(generation, 0, ""), bytes: Buffer.from(bytes) };
        await spool.append(chunk, 1, 1, none);
        seq++;
        assert.deepEqual(spool.read(seq)?.bytes, Buffer.from(bytes));
      }),
      { numRuns: 50 },
    );
    await spool.close();
  });

  describe("with 200 000 blocks", () => {
    const blocks = 200_000;
    const fill = (folder: string): void => {
      const db = openSpoolDatabase(folder);
      const { id } = newGeneration(createCheckpoints(db));
      db.exec(`INSERT INTO cursors VALUES ('s', 0, NULL, 0);
        WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < ${blocks})
        INSERT INTO blocks SELECT seq, ${id}, 1, seq * 2, 2, 1, seq, 0, x'780a' FROM n`);
      db.close();
    };

    it("opens, and says what is held and what a sink lacks", async (t) => {
      const folder = tempFolder(t);
      fill(folder);
      const { spool, checkpoints } = openSpool(folder);
      assert.equal(spool.head, blocks);
      assert.deepEqual(spool.figures(), { blocks, bytes: 2 * blocks, damaged: 0, problem: undefined });
      assert.deepEqual(spool.behind(150_000), { records: 50_000, bytes: 100_000, oldest: 150_001 });
      const seqs: number[] = [];
      await spool.append(chunkOf(newGeneration(checkpoints), 0, "x\n"), 1, 1, (seq) => seqs.push(seq));
      assert.deepEqual(seqs, [blocks + 1]);
      await spool.close();
    });

    it("answers what a sink lacks without going through the blocks", async (t) => {
      const folder = tempFolder(t);
      fill(folder);
      const { spool } = openSpool(folder);
      const began = cpuTime();
      let records = 0;
      for (let at = 0; at < 20_000; at++) records += spool.behind(at).records;
      assert.equal(records, 20_000 * blocks - (20_000 * 19_999) / 2);
      // Going through them would be four thousand million steps; this takes some ten milliseconds.
      assert.ok(cpuTime() - began < 2_000);
      await spool.close();
    });

    it("deletes what was passed bit by bit, so that no transaction holds the thread for long", async (t) => {
      const folder = tempFolder(t);
      fill(folder);
      const { spool, db } = openSpool(folder);
      const held = (): number => Number(db.prepare("SELECT count(*) AS n FROM blocks").get()?.n);
      spool.advance("s", blocks, undefined);
      spool.sync();
      assert.ok(held() > blocks - 1_000);
      await until(() => spool.figures().blocks === 0);
      assert.equal(held(), 0);
      assert.equal(spool.figures().bytes, 0);
      await spool.close();
    });
  });
});
