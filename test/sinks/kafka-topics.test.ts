import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RetryLater } from "../../src/errors.ts";
import { createTopicPatience } from "../../src/sinks/kafka-topics.ts";
import { verdictOf } from "../../src/sinks/kafka-verdict.ts";

const place = "Kafka at a:1";
const failure = (type: string): Error => Object.assign(new Error(`the broker's words: ${type}`), { type });

/** Sends that fail so often, each of them taking `took` ms of a clock that is looked at here. */
function setting(failures: number, took: number, type = "UNKNOWN_TOPIC_OR_PARTITION") {
  let clock = 0;
  let sent = 0;
  const patience = createTopicPatience(place, () => clock);
  const send = async (): Promise<void> => {
    clock += took;
    sent++;
    if (sent <= failures) throw failure(type);
  };
  return { sends: () => sent, write: () => patience.send(send).catch((error: Error) => error) };
}

describe("A topic that is not there yet", () => {
  it("is waited for within the write while it may be in the making", async () => {
    for (const type of ["UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE"]) {
      const { write, sends } = setting(3, 500, type);
      assert.equal(await write(), undefined);
      assert.equal(sends(), 4);
    }
  });

  it("is waited for between writes on a broker that is slow, with the remedy said", async () => {
    const { write, sends } = setting(3, 8_000);
    for (let at = 0; at < 2; at++) {
      const error = await write();
      assert.ok(error instanceof RetryLater);
      assert.match(error.message, /^Kafka at a:1: .*create the topic, or set createTopics$/);
    }
    assert.equal(await write(), undefined);
    assert.equal(sends(), 4);
  });

  it("is a fault that someone has to mend when it lasts", async () => {
    const { write } = setting(100, 8_000);
    let error = await write();
    for (let tries = 0; error instanceof RetryLater && tries < 10; tries++) error = await write();
    assert.ok(error instanceof Error && !(error instanceof RetryLater));
    assert.equal(verdictOf(error, place).name, "Fatal");
    assert.equal((await write()) instanceof RetryLater, false, "and is not waited for again");
  });

  it("is not what any other failure is about", async () => {
    const { write, sends } = setting(1, 1, "TOPIC_AUTHORIZATION_FAILED");
    assert.match(((await write()) as Error).message, /TOPIC_AUTHORIZATION_FAILED/);
    assert.equal(sends(), 1);
  });
});
