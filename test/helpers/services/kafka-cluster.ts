import { Kafka, logLevel } from "kafkajs";
import { freePort } from "../port.ts";
import { until } from "../until.ts";
import { type Broker, clusterId, createBroker } from "./kafka-broker.ts";
import { writeProperties } from "./kafka-properties.ts";
import { type Topics, topicsOf } from "./kafka-topics.ts";

/** Ids of the brokers. The first one is the controller as well: the others can be lost, both of them. */
const IDS = [1, 2, 3];
/** So long (ms) after its last word a broker is taken for dead, and its partitions get other leaders. */
const SESSION = 3_000;

export interface KafkaCluster extends Topics {
  /** Addresses of all brokers. */
  readonly addresses: readonly string[];
  readonly client: Kafka;
  /** @throws when there is no broker of this id */
  broker(id: number): Broker;
  /** Waits until all copies of a topic's partitions are as new as their leaders. */
  whole(topic: string): Promise<void>;
  /** The broker that leads a partition. */
  leader(topic: string, partition: number): Promise<number>;
  close(): Promise<void>;
}

/** Starts three real brokers that form one cluster. @throws with what was tried when there are none */
export async function startKafkaCluster(): Promise<KafkaCluster> {
  const id = clusterId();
  const controller = await freePort();
  const ports = await Promise.all(IDS.map(() => freePort()));
  const addresses = ports.map((port) => `127.0.0.1:${port}`);
  const brokers = await Promise.all(
    IDS.map((node, at) => {
      const open = ports[at] ?? 0;
      const settings = {
        "node.id": node,
        "controller.quorum.voters": `1@127.0.0.1:${controller}`,
        "broker.session.timeout.ms": SESSION,
        "offsets.topic.replication.factor": IDS.length,
        "auto.create.topics.enable": "false",
        ...(node > 1 && { "process.roles": "broker", listeners: `OPEN://127.0.0.1:${open}` }),
      };
      return createBroker(id, `127.0.0.1:${open}`, (folder) =>
        writeProperties(folder, { open, controller, sasl: 0, tls: 0 }, undefined, settings),
      );
    }),
  );
  const close = async (): Promise<void> => {
    await Promise.all(brokers.map((broker) => broker.close()));
  };
  try {
    await Promise.all(brokers.map((broker) => broker.start()));
  } catch (error) {
    await close();
    throw error;
  }
  const client = new Kafka({
    brokers: addresses,
    logLevel: logLevel.NOTHING,
    retry: { retries: 8, initialRetryTime: 100 },
  });
  const topics = topicsOf(client);
  const partitionsOf = async (topic: string) => {
    const { topics: found } = await topics.administer((admin) =>
      admin.fetchTopicMetadata({ topics: [topic] }),
    );
    return found[0]?.partitions ?? [];
  };
  return {
    ...topics,
    addresses,
    client,
    broker(node) {
      const found = brokers[IDS.indexOf(node)];
      if (!found) throw new Error(`there is no broker ${node}`);
      return found;
    },
    async whole(topic) {
      const all = async (): Promise<boolean> =>
        (await partitionsOf(topic)).every(({ isr, replicas }) => isr.length === replicas.length);
      await until(all, { timeout: 120_000, every: 100, what: `all copies of ${topic}` });
    },
    async leader(topic, partition) {
      const found = (await partitionsOf(topic)).find(({ partitionId }) => partitionId === partition);
      return found?.leader ?? -1;
    },
    close,
  };
}
