import type { Admin, Consumer, ITopicConfig, Kafka, KafkaMessage } from "kafkajs";
import { until } from "../until.ts";

export type KafkaMessageAt = KafkaMessage & { readonly partition: number };

/** What tests do with the topics of a cluster. */
export interface Topics {
  administer<T>(work: (admin: Admin) => Promise<T>): Promise<T>;
  /** @param layout the partitions, or which brokers have each, its leader first */
  createTopic(
    topic: string,
    layout: number | readonly (readonly number[])[],
    config?: Readonly<Record<string, string>>,
  ): Promise<void>;
  deleteTopic(topic: string): Promise<void>;
  /** All messages of a topic, by partition and offset. */
  messages(topic: string): Promise<KafkaMessageAt[]>;
}

export function topicsOf(client: Kafka): Topics {
  const administer = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = client.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  };
  return {
    administer,
    async createTopic(topic, layout, config = {}) {
      const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
      const places: Partial<ITopicConfig> =
        typeof layout === "number"
          ? { numPartitions: layout, replicationFactor: 1 }
          : {
              replicaAssignment: layout.map((replicas, partition) => ({
                partition,
                replicas: [...replicas],
              })),
            };
      await administer(async (admin) => {
        // The client's own wait for leaders fails where a broker has not heard of the topic yet.
        await admin.createTopics({ topics: [{ topic, configEntries, ...places }], waitForLeaders: false });
        const partitions = typeof layout === "number" ? layout : layout.length;
        await until(async () => (await admin.fetchTopicOffsets(topic)).length === partitions, {
          what: `the topic ${topic}`,
        });
      });
    },
    deleteTopic: (topic) => administer((admin) => admin.deleteTopics({ topics: [topic] })),
    async messages(topic) {
      const ends = await administer((admin) => admin.fetchTopicOffsets(topic));
      const consumer: Consumer = client.consumer({ groupId: `test-${process.pid}-${performance.now()}` });
      const found: KafkaMessageAt[] = [];
      const read = new Map<number, number>();
      try {
        await consumer.connect();
        await consumer.subscribe({ topic, fromBeginning: true });
        await consumer.run({
          eachBatch: async ({ batch }) => {
            for (const message of batch.messages) found.push({ ...message, partition: batch.partition });
            read.set(batch.partition, Number(batch.lastOffset()) + 1);
          },
        });
        const whole = (): boolean =>
          ends.every(({ partition, high }) => (read.get(partition) ?? 0) >= Number(high));
        await until(whole, { timeout: 120_000, every: 5, what: `all messages of ${topic}` });
      } finally {
        await consumer.disconnect();
      }
      return found.toSorted((a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset));
    },
  };
}
