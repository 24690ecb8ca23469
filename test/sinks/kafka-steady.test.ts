import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Message, Partitioners } from "kafkajs";
import { createSteadyPartitioner, sortable } from "../../src/sinks/kafka-steady.ts";

const metadata = (partitions: number) =>
  Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 1,
    replicas: [1],
    isr: [1],
  }));

const messages: fc.Arbitrary<Message[]> = fc.array(
  fc.record({ key: fc.constantFrom("a", "b", "/var/log/c.log", null), value: fc.string() }),
);

describe("partitions of the Kafka sink", () => {
  it("are the client's own for messages with a key", () => {
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 12 }), (given, partitions) => {
        const own = Partitioners.DefaultPartitioner();
        const steady = createSteadyPartitioner(Partitioners.DefaultPartitioner)();
        for (const message of given.filter(({ key }) => key !== null)) {
          const asked = { topic: "t", partitionMetadata: metadata(partitions), message };
          assert.equal(steady(asked), own(asked));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("change when the topic gets more of them", () => {
    const own = Partitioners.DefaultPartitioner();
    const steady = createSteadyPartitioner(Partitioners.DefaultPartitioner)();
    for (const partitions of [1, 50, 7]) {
      const asked = { topic: "t", partitionMetadata: metadata(partitions), message: { key: "k", value: "" } };
      assert.equal(steady(asked), own(asked));
    }
  });

  it("are dealt out to messages without a key", () => {
    const steady = createSteadyPartitioner(Partitioners.DefaultPartitioner)();
    const dealt = Array.from({ length: 8 }, () =>
      steady({ topic: "t", partitionMetadata: metadata(4), message: { key: null, value: "" } }),
    );
    assert.equal(new Set(dealt).size, 4);
  });

  it("are sorted by the client into the same lists as of plain arrays", () => {
    const group = createRequire(import.meta.url)("kafkajs/src/producer/groupMessagesPerPartition.js");
    fc.assert(
      fc.property(messages, (given) => {
        const partitioner = ({ message }: { message: Message }) => String(message.value).length % 3;
        const asked = { topic: "t", partitionMetadata: metadata(3), partitioner };
        assert.deepEqual(
          group({ ...asked, messages: sortable([...given]) }),
          group({ ...asked, messages: given }),
        );
      }),
      { numRuns: 100 },
    );
  });
});
