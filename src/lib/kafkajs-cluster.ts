import type { Admin, Kafka } from "kafkajs";

/** kafkajs's own connections of a client (kafkajs 2.2.4, src/cluster), which it shows to nobody. */
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** @throws what the brokers say of the topic when it can't be had */
  addTargetTopic(topic: string): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { partitionId: number; leader: number }[];
  findBroker(broker: { nodeId: string }): Promise<{ produce(request: ProduceRequest): Promise<unknown> }>;
}

interface ProduceRequest {
  readonly acks: number;
  readonly timeout: number;
  readonly compression: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly { partition: number; firstSequence: number; messages: readonly never[] }[];
  }[];
}

/** The number of brokers among the resources of Kafka's protocol, and their setting that makes topics. */
const BROKER = 4;
const MAKES_TOPICS = "auto.create.topics.enable";
/** How brokers refuse a batch that holds nothing, older ones by the second: they have looked at all else before. */
const HOLDS_NOTHING = ["INVALID_RECORD", "CORRUPT_MESSAGE"];

/**
 * Sends a request to write to a topic, with a batch of no messages: what a write would meet is met, whether the user
 * may write there included, and nothing is in the topic afterwards. The topic is not made.
 * @param timeout in ms
 * @throws what the broker answers when a write would not go through
 */
export async function writeNothing(
  client: Kafka,
  topic: string,
  compression: number,
  timeout: number,
): Promise<void> {
  const cluster = clusterOf(client);
  try {
    await cluster.connect();
    await cluster.addTargetTopic(topic);
    const [first] = cluster.findTopicPartitionMetadata(topic);
    if (!first) throw new Error(`${topic} has no partition`);
    const broker = await cluster.findBroker({ nodeId: String(first.leader) });
    const partitions = [{ partition: first.partitionId, firstSequence: 0, messages: [] }];
    await broker.produce({ acks: -1, timeout, compression, topicData: [{ topic, partitions }] });
  } catch (error) {
    const type = error instanceof Error && "type" in error ? String(error.type) : "";
    if (!HOLDS_NOTHING.includes(type)) throw error;
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

function clusterOf(client: Kafka): Cluster {
  const key = Object.getOwnPropertySymbols(client).find(
    ({ description }) => description === "private:Kafka:createCluster",
  );
  const create: unknown = key && Reflect.get(client, key);
  if (typeof create !== "function") throw new Error("this version of kafkajs has no such connections");
  return create({ allowAutoTopicCreation: false }) as Cluster;
}

/**
 * Whether brokers make a topic that is written to and not there.
 * @returns nothing when they don't tell this user
 */
export async function makesTopics(admin: Admin): Promise<boolean | undefined> {
  try {
    const { brokers } = await admin.describeCluster();
    const resources = [{ type: BROKER, name: String(brokers[0]?.nodeId), configNames: [MAKES_TOPICS] }];
    const { resources: told } = await admin.describeConfigs({ resources, includeSynonyms: false });
    const value = told[0]?.configEntries.find(({ configName }) => configName === MAKES_TOPICS)?.configValue;
    return value === undefined ? undefined : value === "true";
  } catch {
    return undefined;
  }
}
