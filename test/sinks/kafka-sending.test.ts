import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Partly } from "../../src/errors.ts";
import { createLanes } from "../../src/sinks/kafka-lanes.ts";
import { sendAll } from "../../src/sinks/kafka-sending.ts";
import { failureOf, verdictOf } from "../../src/sinks/kafka-verdict.ts";
import { accessRecord } from "../helpers/records.ts";

const place = "Kafka at a:1";

describe("Records of several topics", () => {
  it("get to those that are there while one can't be made, whose own tell why", async () => {
    const refused = Object.assign(new Error("not so"), { type: "INVALID_TOPIC_EXCEPTION" });
    const sent: string[] = [];
    const lanes = createLanes(
      async (topic, _, messages) => void sent.push(...messages.map(({ value }) => `${topic} ${value}`)),
      (error) => verdictOf(error, place),
    );
    const topics = ["a", "b.c", "d", "b.c"];
    const records = topics.map((_, at) => accessRecord({ offset: at, raw: String(at) }));
    const outgoing = records.map((record, at) => ({
      ...{ record, topic: topics[at] ?? assert.fail(), size: 1 },
      message: { key: null, value: record.raw },
    }));
    const failed = await sendAll(outgoing, {
      lanes,
      partitions: { place: (one) => ({ ...one, partition: 0 }), forget: assert.fail },
      async ready(topic) {
        if (topic === "b.c") throw refused;
      },
    });
    assert.deepEqual(sent.toSorted(), ["a 0", "d 2"]);
    const failure = failureOf(records, failed, place);
    assert.ok(failure instanceof Partly);
    assert.deepEqual(failure.later, [1, 3]);
    assert.match(failure.message, /correct topic$/);
  });
});
