import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Producer } from "kafkajs";
import { loadKafkajs } from "../../src/lib/kafkajs.ts";
import { createPartitions } from "../../src/sinks/kafka-partitions.ts";
import { accessRecord, origin } from "../helpers/records.ts";

/** Partitions of topics as the client of Kafka has them: it asks the partitioner for each message. */
async function partitionsOf(counts: Record<string, number>) {
  const { Partitioners } = await loadKafkajs();
  const partitions = createPartitions(Partitioners.DefaultPartitioner);
  const partitioner = partitions.createPartitioner();
  const ask = (topic: string, partition?: number): number => {
    const partitionMetadata = Array.from({ length: counts[topic] ?? 0 }, (_, partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 1,
      replicas: [1],
      isr: [1],
    }));
    const message = { value: null, ...(partition !== undefined && { partition }) };
    return partitioner({ topic, partitionMetadata, message });
  };
  const producer = { send: async ({ topic }: { topic: string }) => ask(topic) } as unknown as Producer;
  const place = (topic: string, key: string | null, given: object) =>
    partitions.place({ record: accessRecord(given), topic, message: { key, value: "x" }, size: 1 }).partition;
  return { partitions, producer, ask, place, counts };
}

describe("Partitions of a topic", () => {
  it("are the same for a record each time, and those of other clients for a key", async () => {
    const { partitions, producer, place } = await partitionsOf({ t: 12 });
    await partitions.learn(producer, "t");
    // What Kafka's own clients choose of twelve by murmur2.
    const { Partitioners } = await loadKafkajs();
    const theirs = Partitioners.DefaultPartitioner();
    const partitionMetadata = Array.from({ length: 12 }, (_, partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 1,
      replicas: [1],
      isr: [1],
    }));
    for (const key of ["a", "file 7", ""])
      assert.equal(
        place("t", key, {}),
        theirs({ topic: "t", partitionMetadata, message: { key, value: "x" } }),
      );
    const none = (offset: number): number => place("t", null, { offset });
    assert.equal(none(10), none(10));
    assert.equal(none(0), none(65_535), "a stretch of a file goes to one partition");
    const all = Array.from({ length: 12 }, (_, at) => none(at * 65_536));
    assert.equal(new Set(all).size, 12, "and the stretches to all in turn");
    const other = { origin: { ...origin, key: "another" } };
    assert.ok(place("t", null, other) < 12);
  });

  it("are learnt anew when the topic was forgotten, and as more are added", async () => {
    const { partitions, producer, ask, place, counts } = await partitionsOf({ t: 1 });
    await assert.rejects(async () => place("t", "k", {}), /the topic t is not there/);
    await partitions.learn(producer, "t");
    assert.equal(place("t", "k", {}), 0);
    counts.t = 50;
    assert.equal(ask("t", 0), 0);
    const many = new Set(Array.from({ length: 100 }, (_, at) => place("t", String(at), {})));
    assert.ok(many.size > 10);
    partitions.forget("t");
    counts.t = 1;
    await partitions.learn(producer, "t");
    assert.equal(place("t", "k", {}), 0);
  });

  it("that the topic no longer has are a failure: the client would say that all was sent", async () => {
    const { partitions, producer, ask } = await partitionsOf({ t: 2 });
    await partitions.learn(producer, "t");
    assert.throws(() => ask("t", 2), { type: "UNKNOWN_TOPIC_OR_PARTITION" });
  });
});
