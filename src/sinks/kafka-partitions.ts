import type { ICustomPartitioner, PartitionerArgs, Producer } from "kafkajs";
import type { Placed } from "./kafka-lanes.ts";
import type { Outgoing } from "./kafka-messages.ts";

/** Messages without a key go to one partition for so long a stretch of a file (bytes), then to the next. */
const STRETCH = 65_536;

type Metadata = PartitionerArgs["partitionMetadata"];

/**
 * Chooses partitions, always the same one for the same record, before the client is asked to send: a message that is
 * sent again has to go where it may be already.
 */
export interface Partitions {
  /** Goes with the producer, and holds it to what was chosen. */
  readonly createPartitioner: ICustomPartitioner;
  /** Sees to it that the partitions of a topic are known. @throws what the client does */
  learn(producer: Producer, topic: string): Promise<void>;
  /** @throws when the topic's partitions are not known */
  place(outgoing: Outgoing): Placed;
  forget(topic: string): void;
}

/** @param hash the client's way to choose by key, which is that of the other clients of Kafka */
export function createPartitions(hash: ICustomPartitioner): Partitions {
  const byKey = hash();
  const known = new Map<string, Metadata>();
  /** The client gives its knowledge of a topic to partitioners alone, and they may refuse to go on. */
  const learnt = new Error("the partitions are known now");

  const metadataOf = (topic: string): Metadata => {
    const metadata = known.get(topic);
    if (!metadata) throw unknown(topic);
    return metadata;
  };
  const countOf = (topic: string): number => metadataOf(topic).length;
  const hashed = (topic: string, key: string | Buffer): number =>
    byKey({ topic, partitionMetadata: metadataOf(topic), message: { key, value: null } });

  return {
    createPartitioner:
      () =>
      ({ topic, partitionMetadata, message }) => {
        known.set(topic, partitionMetadata);
        const { partition } = message;
        if (partition === undefined) throw learnt;
        // The client would pass over the message and say that it was sent.
        if (partition >= partitionMetadata.length) throw unknown(topic);
        return partition;
      },
    async learn(producer, topic) {
      if (known.has(topic)) return;
      try {
        await producer.send({ topic, messages: [{ value: null }] });
      } catch (error) {
        if (error !== learnt) throw error;
      }
    },
    place(outgoing) {
      const { record, topic, message } = outgoing;
      const { key } = message;
      const { origin, offset } = record;
      const none = key === null || key === undefined;
      const by = hashed(topic, none ? origin.key : key);
      const partition = none ? (by + Math.floor(offset / STRETCH)) % countOf(topic) : by;
      return { ...outgoing, partition, message: { ...message, partition } };
    },
    forget: (topic) => {
      known.delete(topic);
    },
  };
}

function unknown(topic: string): Error {
  const type = "UNKNOWN_TOPIC_OR_PARTITION";
  return Object.assign(new Error(`the topic ${topic} is not there, or has fewer partitions than before`), {
    type,
  });
}
