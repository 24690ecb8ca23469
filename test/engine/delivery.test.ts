import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { QUEUE_BYTES } from "../../src/engine/intake.ts";
import { Fatal, Rejected, RetryLater } from "../../src/errors.ts";
import { destination, recording, setUp } from "../helpers/delivery.ts";
import { until } from "../helpers/until.ts";

describe("delivery", () => {
  it("hands records on in order and moves the cursor", async (t) => {
    const { sink, taken } = destination();
    const { feed, delivery, spool } = setUp(t, sink);
    await feed("a", "b");
    await feed("c");
    assert.equal(await delivery.drain(1000), 0);
    assert.deepEqual(taken, ["a", "b", "c"]);
    assert.deepEqual(spool.cursor("s"), { seq: 2, state: { taken: 3 } });
    assert.equal(delivery.figures().delivered, 3);
  });

  it("holds no reader up while it waits for consent", async (t) => {
    const { sink, taken } = destination();
    const { feed, delivery } = setUp(t, sink, { consent: ["http://far:1"] });
    await feed("x".repeat(QUEUE_BYTES));
    await feed("y");
    assert.equal(delivery.full, false);
    assert.deepEqual([delivery.figures().lagRecords, await delivery.drain(1000), taken], [2, 2, []]);
  });

  it("tries again after RetryLater, keeps order, loses nothing", async (t) => {
    let failures = 2;
    const { sink, taken } = destination(() => {
      if (failures-- > 0) throw new RetryLater("busy", { afterMs: 1 });
    });
    const { feed, delivery } = setUp(t, sink);
    for (const message of ["a", "b", "c", "d"]) await feed(message);
    await delivery.drain(5000);
    assert.deepEqual(taken, ["a", "b", "c", "d"]);
    assert.equal(delivery.figures().retries, 2);
    assert.equal(delivery.figures().state, "running");
    assert.equal(delivery.figures().lastError, "busy");
  });

  it("treats an unknown error as one that passes", async (t) => {
    let failed = false;
    const { sink, taken } = destination(() => {
      if (failed) return;
      failed = true;
      throw new TypeError("surprise");
    });
    const { feed, delivery } = setUp(t, sink);
    await feed("a");
    await delivery.drain(5000);
    assert.deepEqual(taken, ["a"]);
  });

  it("shows a Fatal as failed and goes on when nudged after it was mended", async (t) => {
    let broken = true;
    const { sink, taken } = destination(() => {
      if (broken) throw new Fatal("wrong password");
    });
    const { feed, delivery } = setUp(t, sink);
    await feed("a");
    await until(() => delivery.figures().state === "failed");
    broken = false;
    delivery.nudge();
    await delivery.drain(5000);
    assert.deepEqual(taken, ["a"]);
  });

  it("S1, S2: buries the records a destination names, and counts the others as delivered without sending them again", async (t) => {
    let first = true;
    const { sink } = destination(() => {
      if (first) {
        first = false;
        throw new Rejected("mapping conflict", { indices: [1] });
      }
    });
    const { folder, feed, delivery } = setUp(t, sink);
    await feed("a", "bad", "c");
    await delivery.drain(1000);
    const dead = JSON.parse(readFileSync(join(folder, "dead", "s.ndjson"), "utf8"));
    assert.equal(dead.reason, "mapping conflict");
    assert.equal(dead.record.raw, "bad");
    assert.deepEqual([delivery.figures().delivered, delivery.figures().dead], [2, 1]);
  });

  it("halves a refused batch until it has found the poison", async (t) => {
    const { sink, taken } = destination((records) => {
      if (records.some(({ message }) => message === "poison")) throw new Rejected("400");
    });
    const { feed, delivery } = setUp(t, sink);
    await feed("a", "b", "poison", "d", "e");
    await delivery.drain(1000);
    assert.deepEqual(taken, ["a", "b", "d", "e"]);
    assert.equal(delivery.figures().dead, 1);
  });

  it("tells of a refused batch in one line, with the count and the first", async (t) => {
    const { sink } = destination(() => {
      throw new Rejected("400: no such field");
    });
    const log = recording();
    const { folder, feed, delivery } = setUp(t, sink, { log });
    await feed(...Array.from({ length: 200 }, (_, at) => `m${at}`));
    await delivery.drain(5000);
    assert.deepEqual([delivery.figures().dead, delivery.figures().delivered], [200, 0]);
    assert.equal(delivery.figures().lastError, "400: no such field");
    assert.equal(readFileSync(join(folder, "dead", "s.ndjson"), "utf8").split("\n").length, 201);
    await feed("later", "still later");
    await delivery.drain(5000);
    await delivery.close();
    const told = log.lines.filter((line) => line.includes("refused"));
    assert.equal(told.length, 2);
    assert.match(told[0] ?? "", /^sink s: 200 records were refused .* at byte 0: 400: no such field$/);
    assert.match(told[1] ?? "", /^sink s: 2 records were refused .*: 400: no such field$/);
  });

  it("S6: splits what is too large until it fits, and buries what is too large alone", async (t) => {
    const { sink, taken } = destination((records) => {
      if (records.length > 2 || records.some(({ message }) => message === "huge"))
        throw new Rejected("413", { tooLarge: true });
    });
    const { feed, delivery } = setUp(t, sink);
    await feed("a", "b", "c", "huge", "e", "f", "g");
    await delivery.drain(1000);
    assert.deepEqual(taken, ["a", "b", "c", "e", "f", "g"]);
    assert.equal(delivery.figures().dead, 1);
  });

  it("S10: hands on a record though none comes after it, however the steps fall together", async (t) => {
    const { sink, taken } = destination(async () => {
      for (let turns = taken.length % 4; turns > 0; turns--) await new Promise(setImmediate);
    });
    const { feed, delivery } = setUp(t, sink);
    for (let at = 0; at < 200; at++) {
      await feed(`m${at}`);
      for (let turns = at % 5; turns > 0; turns--) await new Promise(setImmediate);
      if (at % 3 === 0) await until(() => taken.length === at + 1, { every: 1 });
    }
    await until(() => taken.length === 200, { every: 1 });
    await until(() => delivery.figures().lagRecords === 0);
  });

  it("tries a destination that failed five times with a small write, and sends the rest when that is taken", async (t) => {
    const sizes: number[] = [];
    let down = true;
    const { sink, taken } = destination((records) => {
      sizes.push(records.length);
      if (down) throw new RetryLater("down");
    });
    const { feed, delivery } = setUp(t, sink);
    const messages = Array.from({ length: 1000 }, (_, at) => `m${at}`);
    await feed(...messages);
    await until(() => delivery.figures().breaker.state === "open");
    assert.ok((delivery.figures().breaker.nextTryAt ?? Date.now()) >= Date.now() - 100);
    down = false;
    const failed = sizes.length;
    delivery.reset();
    assert.equal(await delivery.drain(5000), 0);
    assert.deepEqual(sizes.slice(failed), [100, 900]);
    assert.deepEqual(taken, messages);
    assert.equal(delivery.figures().breaker.state, "closed");
  });

  it("goes on from the spool after an outage, without what it held in memory", async (t) => {
    let down = true;
    const { sink, taken } = destination(() => {
      if (down) throw new RetryLater("down", { afterMs: 1 });
    });
    const { feed, delivery } = setUp(t, sink);
    const messages = Array.from({ length: 200 }, (_, at) => `m${at}`);
    for (const message of messages) await feed(message);
    await until(() => delivery.figures().retries > 1);
    assert.equal(delivery.full, false);
    assert.equal(delivery.figures().lagRecords, 200);
    down = false;
    delivery.nudge();
    await delivery.drain(5000);
    assert.deepEqual(taken, messages);
  });

  it("passes over blocks of sources it does not take", async (t) => {
    const { sink, taken } = destination();
    const { feed, delivery, spool } = setUp(t, sink, { accepts: () => false });
    await feed("a");
    assert.equal(await delivery.drain(1000), 0);
    assert.deepEqual(taken, []);
    assert.equal(spool.cursor("s").seq, 1);
  });

  it("cuts writes at the sink's size and gathers small blocks into one", async (t) => {
    const sizes: number[] = [];
    let release: (() => void) | undefined;
    const { sink } = destination(async (records) => {
      sizes.push(records.length);
      if (sizes.length === 1) await new Promise<void>((resolve) => (release = resolve));
    });
    const { feed, delivery } = setUp(t, sink, { records: 3 });
    for (const message of ["a", "b", "c", "d", "e"]) await feed(message);
    await until(() => release);
    release?.();
    await delivery.drain(1000);
    assert.deepEqual(sizes, [1, 3, 1]);
  });

  it("leaves what it could not deliver in the spool when it is closed", async (t) => {
    const { sink } = destination(() => {
      throw new RetryLater("down");
    });
    const { feed, delivery, spool } = setUp(t, sink);
    await feed("a");
    await until(() => delivery.figures().retries > 0);
    await delivery.close();
    assert.equal(spool.cursor("s").seq, 0);
    assert.equal(spool.read(1)?.bytes.toString(), "a\n");
  });
});
