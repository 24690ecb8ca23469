import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { describe, it, type TestContext } from "node:test";
import { createDecoder, type Decoder } from "../../src/engine/decode.ts";
import { createDelivery } from "../../src/engine/delivery.ts";
import { createQuarantine } from "../../src/engine/quarantine.ts";
import { silent } from "../../src/lib/log.ts";
import type { Sink } from "../../src/sinks/sink.ts";
import { destination } from "../helpers/delivery.ts";
import { chunkOf, newGeneration, openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const PLAIN = '{"name":"plain","options":{}}';

/** A spool with a block for each of these texts, and a way to start sinks that lag behind all of them. */
async function setUp(t: TestContext, texts: readonly string[]) {
  const folder = tempFolder(t);
  const open = openSpool(folder);
  const { spool, checkpoints } = open;
  const generation = newGeneration(checkpoints);
  const config = spool.config(PLAIN);
  spool.cursor("s");
  let at = 0;
  for (const text of texts) {
    await spool.append(chunkOf(generation, at, text), text.split("\n").length - 1, config, () => {});
    at += text.length;
  }
  const closing: (() => Promise<void>)[] = [];
  t.after(async () => {
    for (const close of closing) await close();
    await spool.close();
  });
  const start = (
    id: string,
    given: { decoder?: Decoder; create?: () => Promise<Sink>; accepts?: () => boolean } = {},
  ) => {
    const { sink, taken } = destination();
    const delivery = createDelivery({
      id,
      type: "test",
      spool,
      decoder: createDecoder(spool, checkpoints, createQuarantine(silent)),
      dataDir: folder,
      batch: { records: 1000, bytes: 1 << 20, concurrency: 1 },
      log: silent,
      accepts: () => true,
      create: async () => sink,
      progressed() {},
      ...given,
    });
    closing.push(delivery.close);
    return { delivery, taken, sink };
  };
  return { ...open, start };
}

const long = (letter: string): string => letter.repeat(5_000);
const asideOf = (db: DatabaseSync) =>
  db.prepare("SELECT source, path, start, lines, length(data) AS kept, reason FROM damaged").all();

describe("delivery of damaged blocks", () => {
  const faults: [string, string, RegExp][] = [
    ["torn", "UPDATE blocks SET data = substr(data, 1, length(data) - 3) WHERE seq = 2", /./],
    ["overwritten", "UPDATE blocks SET data = x'00112233' WHERE seq = 2", /./],
    ["shorter than it was", "UPDATE blocks SET codec = 0 WHERE seq = 2", /bytes where there were 10002/],
    [
      "of a parser that does not exist",
      `INSERT INTO configs VALUES (77, '{"name":"nope"}'); UPDATE blocks SET config = 77 WHERE seq = 2`,
      /there is no "nope"/,
    ],
    [
      "of a configuration that is torn",
      `INSERT INTO configs VALUES (77, '{"name":'); UPDATE blocks SET config = 77 WHERE seq = 2`,
      /JSON/,
    ],
    [
      "of a generation that does not exist",
      "UPDATE blocks SET generation = 99 WHERE seq = 2",
      /generation 99/,
    ],
  ];
  for (const [what, sql, reason] of faults) {
    it(`sets aside a block that is ${what}, says so, and goes on`, async (t) => {
      const { start, db, spool } = await setUp(t, ["a\n", `${long("b")}\n${long("c")}\n`, "d\n", "e\n"]);
      db.exec(sql);
      const { delivery, taken } = start("s");
      assert.equal(await delivery.drain(5000), 0);
      assert.deepEqual(taken, ["a", "d", "e"]);
      assert.deepEqual([delivery.figures().delivered, delivery.figures().dropped], [3, 2]);
      assert.equal(delivery.figures().state, "running");
      assert.equal(spool.figures().damaged, 2);
      const [row] = asideOf(db);
      assert.match(String(row?.reason), reason);
      assert.deepEqual([row?.start, row?.lines, Number(row?.kept) > 0], [2, 2, true]);
    });
  }

  it("finds a changed byte in the middle of a packed block", async (t) => {
    const noise = Array.from({ length: 400 }, (_, at) => `${(at * 7919) % 1009} ${at}`).join(" ");
    const { start, db } = await setUp(t, [`${noise}\n`, "b\n"]);
    const data = db.prepare("SELECT data FROM blocks WHERE seq = 1").get()?.data as Uint8Array;
    const at = data.length >> 1;
    data[at] = (data[at] ?? 0) ^ 1;
    db.prepare("UPDATE blocks SET data = ? WHERE seq = 1").run(data);
    const { delivery, taken } = start("s");
    await delivery.drain(5000);
    assert.deepEqual(taken, ["b"]);
    assert.equal(delivery.figures().dropped, 1);
  });

  it("counts a damaged block for each sink that wants it, and once in all", async (t) => {
    const { start, db, spool } = await setUp(t, ["a\nb\n", "c\n"]);
    db.exec("UPDATE blocks SET data = x'00' WHERE seq = 1");
    spool.cursor("other");
    spool.cursor("third");
    const sinks = [start("s"), start("other"), start("third", { accepts: () => false })];
    for (const { delivery } of sinks) assert.equal(await delivery.drain(5000), 0);
    assert.deepEqual(
      sinks.map(({ delivery }) => delivery.figures().dropped),
      [2, 2, 0],
    );
    assert.equal(spool.figures().damaged, 2);
    assert.equal(asideOf(db).length, 1);
  });

  it("sets aside a block that the decoder throws at", async (t) => {
    const { start, spool, checkpoints } = await setUp(t, ["a\n", "b\n", "c\n"]);
    const real = createDecoder(spool, checkpoints, createQuarantine(silent));
    const decoder: Decoder = {
      sinksOf: real.sinksOf,
      decode(block) {
        if (block.seq === 2) throw new RangeError("no such time");
        return real.decode(block);
      },
    };
    const { delivery, taken } = start("s", { decoder });
    assert.equal(await delivery.drain(5000), 0);
    assert.deepEqual(taken, ["a", "c"]);
    assert.equal(spool.figures().damaged, 1);
  });

  it("waits out a database that can't be read, shows why, and then delivers all", async (t) => {
    const { start, db, spool } = await setUp(t, ["a\n", "b\n"]);
    db.exec("ALTER TABLE blocks RENAME TO elsewhere");
    const { delivery, taken } = start("s");
    await until(() => delivery.figures().retries > 1);
    assert.equal(delivery.figures().state, "retrying");
    assert.match(delivery.figures().lastError ?? "", /^the spool can't be read: no such table/);
    db.exec("ALTER TABLE elsewhere RENAME TO blocks");
    assert.equal(await delivery.drain(10_000), 0);
    assert.deepEqual(taken, ["a", "b"]);
    assert.equal(delivery.figures().state, "running");
    assert.deepEqual([delivery.figures().dropped, spool.figures().damaged], [0, 0]);
  });

  it("waits out a database that fails while a block is decoded", async (t) => {
    const { start, db, spool } = await setUp(t, ["a\n", "b\n"]);
    db.exec("ALTER TABLE configs RENAME TO elsewhere");
    const { delivery, taken } = start("s");
    await until(() => delivery.figures().retries > 0);
    assert.equal(spool.figures().damaged, 0);
    db.exec("ALTER TABLE elsewhere RENAME TO configs");
    assert.equal(await delivery.drain(10_000), 0);
    assert.deepEqual(taken, ["a", "b"]);
  });

  it("tries again when the sink can't be made, and closes at once while it can't", async (t) => {
    const { start } = await setUp(t, ["a\n"]);
    const { sink, taken } = destination();
    let failures = 2;
    const late = start("s", {
      create: async () => {
        if (failures-- > 0) throw new Error("no such folder");
        return sink;
      },
    });
    assert.equal(await late.delivery.drain(10_000), 0);
    assert.deepEqual(taken, ["a"]);
    assert.equal(late.delivery.figures().retries, 2);
    const never = start("never", { create: () => Promise.reject(new Error("no such folder")) });
    await until(() => never.delivery.figures().retries > 0);
    assert.equal(never.delivery.figures().lastError, "no such folder");
    await never.delivery.close();
    assert.equal(never.delivery.figures().state, "stopped");
  });
});
