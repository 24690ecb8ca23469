import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { recordId } from "../../src/model.ts";
import { createHistory } from "../../src/store/history.ts";
import { openReader } from "../../src/store/reader.ts";
import { openSegments } from "../../src/store/segments.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords, originOf } from "../store/records.ts";
import { checkpointed, cutAt, flipped, frameEnds, type Image, imageOf, layDown } from "./wal.ts";

const FILES = ["a", "b"].map((name) => originOf("access", `/logs/${name}.log`, name.padEnd(16, "0")));
const RECORDS = FILES.map((at) => accessRecords(700, { at }));
/** Some become blocks at once, some wait in the table of rows. */
const WRITES = [3, 300, 20, 150, 1, 226];
const options = { maxBytes: 2 ** 30, maxAge: Number.POSITIVE_INFINITY };

const open = (folder: string) => openSegments(join(folder, "store"), options);

async function replay(folder: string): Promise<void> {
  const store = open(folder);
  for (const records of RECORDS) {
    for (let from = 0; from < records.length; from += 333) await store.write(records.slice(from, from + 333));
  }
  store.close();
}

/** A store at work, and how many records were acknowledged at each length of its log. */
async function work(t: TestContext): Promise<{ image: Image; name: string; taken: Map<number, number> }> {
  const folder = tempFolder(t);
  const store = open(folder);
  const name = "00000001.db";
  const taken = new Map<number, number>();
  let from = 0;
  let before: Buffer | undefined;
  for (const count of WRITES) {
    for (const records of RECORDS) await store.write(records.slice(from, from + count));
    from += count;
    const image = imageOf(join(folder, "store", name));
    before ??= image.db;
    assert.ok(image.db.equals(before), "the log was not written back");
    taken.set(image.wal.length, from * FILES.length);
  }
  const image = imageOf(join(folder, "store", name));
  store.close();
  return { image, name, taken };
}

/** Reads what a crash left, replays all, and expects each record once. */
async function inspect(folder: string, name: string, image: Image, least: number): Promise<void> {
  layDown(join(folder, "store", name), image);
  const reader = openReader(folder);
  assert.ok(reader.count() >= least, `${reader.count()} records of ${least} that were acknowledged`);
  await replay(folder);
  const ids = reader.query({ limit: Number.POSITIVE_INFINITY }).map(({ id }) => id);
  reader.close();
  assert.deepEqual(ids.sort(), RECORDS.flat().map(recordId).sort());
  rmSync(folder, { recursive: true });
}

describe("a store that a crash left behind", () => {
  it("S9: has what it acknowledged, and each record once after the replay, at every frame of its log", async (t) => {
    const { image, name, taken } = await work(t);
    const parent = tempFolder(t);
    const ends = frameEnds(image);
    for (let at = 1; at < ends.length; at++) {
      const end = ends[at] ?? 0;
      const start = ends[at - 1] ?? 0;
      const least = Math.max(
        0,
        ...[...taken].filter(([length]) => length <= start).map(([, count]) => count),
      );
      const middle = start + 1 + ((at * 7919) % (end - start - 1));
      const images = [cutAt(image, start), cutAt(image, middle), flipped(cutAt(image, end), middle, at % 8)];
      // Each kind in turn: they are alike.
      await inspect(join(parent, String(at)), name, images[at % images.length] as Image, least);
    }
  });

  it("S9: the same when it was killed while the log was written back", async (t) => {
    const { image, name } = await work(t);
    const parent = tempFolder(t);
    const frames = frameEnds(image).length - 1;
    const all = WRITES.reduce((sum, count) => sum + count, 0) * FILES.length;
    for (let count = 0; count <= frames; count += Math.ceil(frames / 8))
      await inspect(join(parent, String(count)), name, checkpointed(image, count), all);
  });
});

describe("a history that a crash left behind", () => {
  it("S9: opens and goes on, at every frame of its log and with a torn one", (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "history.db");
    const begin = 1_700_000_000_000;
    let now = begin;
    const history = createHistory(folder, { now: () => now });
    const gauges = { channels: {}, spoolBytes: 0, sinks: {} };
    for (let second = 0; second < 12; second++) {
      now = begin + second * 1000;
      history.add((RECORDS[0] ?? []).slice(second * 20, second * 20 + 20), now);
      history.tick(gauges, now);
    }
    const image = imageOf(file);
    history.close();
    const request = { from: begin / 1000, to: begin / 1000 + 60, points: 60 };
    const parent = tempFolder(t);
    const ends = frameEnds(image);
    for (const [at, end] of ends.entries()) {
      const cut = at % 2 === 0 ? end : Math.max(0, end - 1 - ((at * 977) % 4000));
      const place = join(parent, String(at));
      layDown(join(place, "history.db"), cutAt(image, cut));
      const again = createHistory(place, { now: () => now });
      assert.equal(again.problem, undefined);
      const lines = again.series(request).sources.access?.lines ?? [];
      assert.ok(
        lines.every((count) => count === null || count === 20),
        `seconds are whole or missing: ${lines}`,
      );
      again.add((RECORDS[0] ?? []).slice(0, 20), now + 2000);
      now += 4000;
      again.tick(gauges, now);
      assert.equal(again.problem, undefined);
      again.close();
      now -= 4000;
      rmSync(place, { recursive: true });
    }
  });
});
