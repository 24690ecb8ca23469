import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { LetterLimits } from "../../src/engine/deadletters.ts";
import { createDelivery } from "../../src/engine/delivery.ts";
import { Rejected, RetryLater } from "../../src/errors.ts";
import { silent } from "../../src/lib/log.ts";
import type { LogRecord } from "../../src/model.ts";
import { decoder, destination, recordsOf } from "../helpers/delivery.ts";
import { lettersOf } from "../helpers/letters.ts";
import { chunkOf, newGeneration, openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** One life of a delivery over a folder that outlives it. */
function live(
  t: TestContext,
  folder: string,
  answer: (records: readonly LogRecord[]) => void,
  letters: Partial<LetterLimits> = {},
) {
  const { sink, taken } = destination(answer);
  const { spool, checkpoints, db } = openSpool(folder);
  const generation = newGeneration(checkpoints);
  const delivery = createDelivery({
    id: "s",
    type: "test",
    spool,
    decoder,
    dataDir: folder,
    batch: { records: 1000, bytes: 1 << 20, concurrency: 1 },
    log: silent,
    letters,
    accepts: () => true,
    create: async () => sink,
    progressed() {},
  });
  let at = 0;
  const feed = async (...messages: string[]): Promise<void> => {
    const text = messages.map((message) => `${message}\n`).join("");
    const records = recordsOf(text, at);
    const chunk = chunkOf(generation, at, text);
    at += text.length;
    const place = { generation: generation.id, start: chunk.start, bytes: text.length };
    await spool.append(chunk, records.length, 1, (seq) =>
      delivery.offer({ seq, source: "a", sinks: undefined, records, ...place, observed: 1 }),
    );
  };
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await delivery.close();
    await spool.close();
  };
  t.after(close);
  return { delivery, taken, feed, close, db };
}

/** A destination that refuses what it is told to, by message. */
function picky(...bad: string[]) {
  const refuse = new Set(bad);
  return {
    refuse,
    answer(records: readonly LogRecord[]): void {
      const indices = records.flatMap(({ message }, at) => (refuse.has(message) ? [at] : []));
      if (indices.length > 0) throw new Rejected("400: no", { indices });
    },
  };
}

const sent = ({ delivery }: ReturnType<typeof live>): Promise<boolean> =>
  until(() => delivery.figures().replaying === undefined, { what: "the letters to be sent" });

describe("replay of dead letters", () => {
  it("sends what the destination takes by now, and leaves an empty file", async (t) => {
    const folder = tempFolder(t);
    const { refuse, answer } = picky("b", "d");
    const one = live(t, folder, answer);
    await one.feed("a", "b", "c", "d");
    await one.delivery.drain(1000);
    assert.equal(one.delivery.figures().deadWaiting, 2);
    refuse.clear();
    one.taken.length = 0;
    assert.deepEqual(await one.delivery.replayDead(), { letters: 2, bad: [], underWay: false });
    await sent(one);
    assert.deepEqual(one.taken, ["b", "d"]);
    const { dead, deadWaiting, replayed, delivered } = one.delivery.figures();
    assert.deepEqual(
      { dead, deadWaiting, replayed, delivered },
      { dead: 2, deadWaiting: 0, replayed: 2, delivered: 2 },
    );
    assert.deepEqual(readdirSync(join(folder, "dead")), []);
  });

  it("keeps those that are refused again, with the new reason", async (t) => {
    const folder = tempFolder(t);
    const { refuse, answer } = picky("b", "d");
    let reason = "first";
    const one = live(t, folder, (records) => {
      try {
        answer(records);
      } catch (error) {
        throw new Rejected(reason, { indices: (error as Rejected).indices ?? [] });
      }
    });
    await one.feed("a", "b", "c", "d");
    await one.delivery.drain(1000);
    refuse.delete("b");
    reason = "second";
    await one.delivery.replayDead();
    await sent(one);
    assert.deepEqual(
      lettersOf(folder, "s").map((letter) => [letter.record.message, letter.reason]),
      [["d", "second"]],
    );
    const { dead, deadWaiting, replayed } = one.delivery.figures();
    assert.deepEqual({ dead, deadWaiting, replayed }, { dead: 2, deadWaiting: 1, replayed: 1 });
  });

  it("sends a record as it was edited, and keeps lines that can't be sent, naming them", async (t) => {
    const folder = tempFolder(t);
    const { answer } = picky("b", "d");
    const one = live(t, folder, answer);
    await one.feed("a", "b", "c", "d");
    await one.delivery.drain(1000);
    const file = one.delivery.deadFile;
    const [b = "", d = ""] = readFileSync(file, "utf8").split("\n");
    writeFileSync(
      file,
      `${b.replace('"message":"b"', '"message":"mended"')}\n\n${d.replace('"record"', '"recrod"')}`,
    );
    one.taken.length = 0;
    const begun = await one.delivery.replayDead();
    assert.equal(begun.letters, 1);
    assert.deepEqual(
      begun.bad.map(({ line }) => line),
      [3],
    );
    await sent(one);
    assert.deepEqual(one.taken, ["mended"]);
    assert.equal(readFileSync(file, "utf8"), `${d.replace('"record"', '"recrod"')}\n`);
    assert.equal(one.delivery.figures().deadWaiting, 1);
  });

  it("moves nothing when no line can be sent", async (t) => {
    const folder = tempFolder(t);
    const one = live(t, folder, picky("b").answer);
    await one.feed("b");
    await one.delivery.drain(1000);
    writeFileSync(one.delivery.deadFile, "nothing\n");
    const { letters, bad } = await one.delivery.replayDead();
    assert.deepEqual([letters, bad.length], [0, 1]);
    assert.equal(readFileSync(one.delivery.deadFile, "utf8"), "nothing\n");
  });

  it("waits while the destination is down, and takes turns with new records", async (t) => {
    const folder = tempFolder(t);
    const { refuse, answer } = picky("b");
    let down = false;
    const one = live(t, folder, (records) => {
      if (down) throw new RetryLater("down");
      answer(records);
    });
    await one.feed("b");
    await one.delivery.drain(1000);
    refuse.clear();
    down = true;
    await one.delivery.replayDead();
    await one.feed("new");
    await until(() => one.delivery.figures().retries > 0);
    assert.ok((one.delivery.figures().replaying ?? 0) > 0);
    down = false;
    one.delivery.reset();
    await sent(one);
    assert.equal(await one.delivery.drain(60_000), 0);
    assert.deepEqual(one.taken.toSorted(), ["b", "new"]);
  });

  it("goes on in the next life, after a stop in the middle", async (t) => {
    const folder = tempFolder(t);
    const messages = Array.from({ length: 2500 }, (_, at) => `m${at}`);
    const { answer } = picky(...messages);
    const one = live(t, folder, answer);
    for (const message of messages) void one.feed(message);
    await until(() => one.delivery.figures().dead === messages.length);
    await one.close();

    let writes = 0;
    const two = live(t, folder, () => {
      if (++writes > 1) throw new RetryLater("down");
    });
    await two.delivery.replayDead();
    await until(() => two.delivery.figures().retries > 0);
    await two.close();

    const three = live(t, folder, () => {});
    await sent(three);
    await until(() => !existsSync(join(folder, "dead", "s.replay.ndjson")));
    assert.deepEqual([...two.taken, ...three.taken], messages);
    assert.equal(three.delivery.figures().deadWaiting, 0);
  });

  it("begins when it is asked to through the folder", async (t) => {
    const folder = tempFolder(t);
    const { refuse, answer } = picky("b");
    const one = live(t, folder, answer);
    await one.feed("b");
    await one.delivery.drain(1000);
    refuse.clear();
    writeFileSync(join(folder, "dead", "s.replay"), "");
    await until(() => one.taken.includes("b"));
    await until(() => readdirSync(join(folder, "dead")).length === 0);
  });

  it("keeps letters that were taken until it is written down that they were", async (t) => {
    const folder = tempFolder(t);
    const { refuse, answer } = picky("b");
    const one = live(t, folder, answer);
    await one.feed("b");
    await one.delivery.drain(1000);
    await until(() => one.delivery.figures().lagRecords === 0);
    refuse.clear();
    one.db.exec("PRAGMA query_only = ON");
    await one.delivery.replayDead();
    await until(() => one.delivery.figures().lastError?.includes("the spool can't be written"));
    assert.deepEqual(one.taken, ["b"]);
    assert.deepEqual(readdirSync(join(folder, "dead")), ["s.replay.ndjson"]);
    one.db.exec("PRAGMA query_only = OFF");
    one.delivery.reset();
    await sent(one);
    assert.deepEqual(one.taken, ["b"]);
    assert.deepEqual(readdirSync(join(folder, "dead")), []);
  });

  it("ends a wait that a server asked for when it is asked to through the folder", async (t) => {
    const folder = tempFolder(t);
    let busy = true;
    const one = live(t, folder, () => {
      if (busy) throw new RetryLater("busy", { afterMs: 3_600_000 });
    });
    await one.feed("a");
    await until(() => one.delivery.figures().breaker.nextTryAt);
    busy = false;
    mkdirSync(join(folder, "dead"));
    writeFileSync(join(folder, "dead", "s.reset"), "");
    await until(() => one.taken.includes("a"));
    assert.deepEqual(readdirSync(join(folder, "dead")), []);
  });

  describe("where dead letters fill their file", () => {
    const filled = async (t: TestContext) => {
      const folder = tempFolder(t);
      const { refuse, answer } = picky("b");
      const one = live(t, folder, answer, { loud: 100, most: 200 });
      await one.feed("b");
      await until(() => one.delivery.figures().deadWaiting === 1);
      await one.feed("c");
      await until(() => one.delivery.figures().lastError?.startsWith("dead letters fill dead/s.ndjson"));
      assert.match(one.delivery.problems.join(), /replay or delete them/);
      assert.deepEqual(one.taken, []);
      assert.equal(one.delivery.figures().lagRecords, 1);
      return { ...one, refuse };
    };

    it("sends nothing more until they are deleted", async (t) => {
      const { taken, delivery } = await filled(t);
      rmSync(delivery.deadFile);
      await until(() => taken.includes("c"));
      assert.deepEqual(delivery.problems, []);
    });

    it("goes on when they are sent again", async (t) => {
      const { taken, delivery, refuse } = await filled(t);
      refuse.clear();
      await delivery.replayDead();
      await until(() => taken.length === 2);
      assert.deepEqual(taken.toSorted(), ["b", "c"]);
    });
  });

  describe("loses no letter, whatever step a kill came after", () => {
    const steps: [what: string, at: (dead: string) => void][] = [
      ["the letters were moved", (dead) => renameSync(join(dead, "s.ndjson"), join(dead, "s.replay.ndjson"))],
      [
        "how far they were sent was forgotten, and nothing else",
        (dead) => writeFileSync(join(dead, "s.replay.ndjson.sent.tmp"), '{"off'),
      ],
      [
        "all were sent, and the file of a former replay was not forgotten",
        (dead) => writeFileSync(join(dead, "s.replay.ndjson.sent"), '{"offset":999999}'),
      ],
      [
        "how far they were sent was torn",
        (dead) => {
          renameSync(join(dead, "s.ndjson"), join(dead, "s.replay.ndjson"));
          writeFileSync(join(dead, "s.replay.ndjson.sent"), "");
        },
      ],
    ];
    for (const [what, at] of steps) {
      it(what, async (t) => {
        const folder = tempFolder(t);
        const one = live(t, folder, picky("a", "b", "c").answer);
        await one.feed("a", "b", "c");
        await one.delivery.drain(1000);
        await one.close();
        at(join(folder, "dead"));
        const two = live(t, folder, () => {});
        await until(() => two.delivery.figures().lagRecords === 0);
        await two.delivery.replayDead();
        await until(() => two.taken.length >= 3);
        await sent(two);
        assert.deepEqual(two.taken, ["a", "b", "c"]);
      });
    }
  });
});
