import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Generation } from "../../src/spool/checkpoints.ts";
import { chunkOf, newGeneration, openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";
import { checkpointed, cutAt, flipped, frameEnds, type Image, imageOf, layDown } from "./wal.ts";

/** What was handed in, by the number of its block. */
interface Account {
  readonly generation: number;
  readonly start: number;
  readonly text: string;
}

const SINKS = ["fast", "slow"];
/** Makes bytes that can't be packed away, so that blocks span pages. */
const noise = (round: number, length: number): string =>
  Array.from({ length: Math.ceil(length / 8) }, (_, at) =>
    ((at * 2_654_435_761 + round * 40_503) >>> 0).toString(36),
  )
    .join(" ")
    .slice(0, length);

/** A spool at work: appends of all sizes to two files, one sink that keeps up and one that lags. */
async function work(t: TestContext): Promise<{ image: Image; accounts: Map<number, Account> }> {
  const folder = tempFolder(t);
  const file = join(folder, "spool.db");
  const { spool, checkpoints, db } = openSpool(folder);
  for (const sink of SINKS) spool.cursor(sink);
  const config = spool.config('{"name":"plain","options":{}}');
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const before = imageOf(file).db;
  const accounts = new Map<number, Account>();
  const generations: Generation[] = [
    newGeneration(checkpoints),
    newGeneration(checkpoints, "/logs/b.log", 2),
  ];
  const offsets = [0, 0];
  for (let round = 0; round < 40; round++) {
    const which = round % 3 === 0 ? 1 : 0;
    if (round === 25) generations[0] = newGeneration(checkpoints, "/logs/a.log", 3);
    if (round === 25) offsets[0] = 0;
    const generation = generations[which] as Generation;
    const start = offsets[which] ?? 0;
    const text = `${round}:${noise(round, [20, 900, 5_000, 20_000][round % 4] ?? 0)}\n`;
    offsets[which] = start + text.length;
    await spool.append(chunkOf(generation, start, text), 1, config, (seq) =>
      accounts.set(seq, { generation: generation.id, start, text }),
    );
    if (round % 5 === 4) spool.advance("fast", spool.head, { round });
    if (round === 20) spool.advance("slow", 12, { round });
    if (round % 7 === 0) spool.sync();
    if (round === 30) {
      const old = generations[1] as Generation;
      old.path = "/logs/b.log.1";
      checkpoints.save(old);
    }
  }
  spool.sync();
  const image = imageOf(file);
  assert.ok(image.db.equals(before), "the log was not written back: its prefixes are what crashes leave");
  await spool.close();
  return { image, accounts };
}

/** Opens what a crash left, and holds it against what was handed in. Returns the number of the last block. */
async function inspect(folder: string, image: Image, accounts: Map<number, Account>): Promise<number> {
  layDown(join(folder, "spool.db"), image);
  const { spool, checkpoints, db } = openSpool(folder);
  try {
    assert.equal(db.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
    const cursors = SINKS.map((sink) => spool.cursor(sink).seq);
    const passed = Math.min(...cursors);
    assert.ok(Math.max(...cursors) <= spool.head, "a cursor stands beyond the last block");
    const ends = new Map<number, number>();
    for (let seq = 1; seq <= spool.head; seq++) {
      const { generation, start, text } = accounts.get(seq) as Account;
      ends.set(generation, start + text.length);
      const block = spool.read(seq);
      if (block?.seq !== seq) {
        assert.ok(seq <= passed, `block ${seq} is gone, and a sink stands at ${passed}`);
        continue;
      }
      assert.deepEqual(
        [block.generation, block.start, block.bytes.toString()],
        [generation, start, text],
        `block ${seq}`,
      );
    }
    assert.equal(spool.read(spool.head + 1), undefined);
    // The position is where the blocks end: what is before it is read, what is after it is not.
    for (const { id, offset } of checkpoints.all()) assert.equal(offset, ends.get(id) ?? 0);
    // It goes on from there.
    const generation = newGeneration(checkpoints, "/logs/c.log", 9);
    const head = spool.head;
    await spool.append(chunkOf(generation, 0, "after\n"), 1, spool.config("{}"), () => {});
    assert.equal(spool.read(head + 1)?.bytes.toString(), "after\n");
    return head;
  } finally {
    await spool.close();
    rmSync(folder, { recursive: true });
  }
}

describe("a spool that a crash left behind", { concurrency: true }, () => {
  it("S9, S11: holds blocks and positions that agree, whichever frame of its log was the last", async (t) => {
    const { image, accounts } = await work(t);
    const parent = tempFolder(t);
    let last = 0;
    for (const end of frameEnds(image)) {
      const head = await inspect(join(parent, String(end)), cutAt(image, end), accounts);
      assert.ok(head >= last, "a longer log holds no less");
      last = head;
    }
    assert.equal(last, accounts.size);
  });

  it("S9: the same when the last frame is torn, or a bit of it is wrong", async (t) => {
    const { image, accounts } = await work(t);
    const parent = tempFolder(t);
    const ends = frameEnds(image);
    for (let at = 1; at < ends.length; at++) {
      const [start = 0, end = 0] = [ends[at - 1], ends[at]];
      const middle = start + 1 + ((at * 7919) % (end - start - 1));
      const whole = cutAt(image, end);
      const damaged = at % 2 === 0 ? cutAt(image, middle) : flipped(whole, middle, at % 8);
      await inspect(join(parent, String(at)), damaged, accounts);
    }
  });

  it("S9, S11: the same when it was killed while the log was written back", async (t) => {
    const { image, accounts } = await work(t);
    const parent = tempFolder(t);
    const frames = frameEnds(image).length - 1;
    for (let count = 0; count <= frames; count += 5) {
      const head = await inspect(join(parent, String(count)), checkpointed(image, count), accounts);
      assert.equal(head, accounts.size);
    }
  });

  it("S11: opens an empty file and a file of zeros, or says that it is damaged", async (t) => {
    const parent = tempFolder(t);
    for (const db of [Buffer.alloc(0), Buffer.alloc(4096), Buffer.alloc(1 << 16)]) {
      const folder = join(parent, String(db.length));
      layDown(join(folder, "spool.db"), { db, wal: Buffer.alloc(0) });
      try {
        const { spool } = openSpool(folder);
        assert.equal(spool.head, 0);
        await spool.close();
      } catch (error) {
        assert.match(String(error), /not a database|malformed/);
      }
    }
  });
});
