import type { Admin, Kafka } from "kafkajs";
import { makesTopics, writeNothing } from "../lib/kafkajs-cluster.ts";
import { topicName } from "./kafka-messages.ts";
import type { KafkaOptions } from "./kafka-options.ts";
import { isGone } from "./kafka-verdict.ts";

/** What the topics of a record are told from. */
const VARIABLE = /\$\{[^}]*\}/g;

/**
 * Tries the topic of the options as a write would; where records say which it is, whether topics can be made.
 * @param compression as the client numbers it
 * @returns what could not be found out, in words
 * @throws what the brokers say when a write would not go through
 */
export async function tryTopic(
  options: KafkaOptions,
  client: Kafka,
  admin: Admin,
  compression: number,
): Promise<string | undefined> {
  const { topic: template, timeout } = options;
  const topic = topicName(template.replace(VARIABLE, "x"));
  if (topic !== topicName(template)) {
    await tryToMake(options, admin, topic);
    return `which topics ${template} gives only records tell: they were not tried`;
  }
  try {
    await writeNothing(client, topic, compression, timeout);
    return undefined;
  } catch (error) {
    if (!isGone(error)) throw error;
    if (await tryToMake(options, admin, topic)) return `the first record makes the topic ${topic}`;
    const made = await makesTopics(admin);
    if (made === false) throw error;
    return made
      ? `the first record makes the topic ${topic}, if the user may`
      : `there is no topic ${topic}, and the brokers don't tell whether they make it`;
  }
}

/** Asks whether a topic could be made as the options want it. @returns false when they don't want any */
async function tryToMake(
  { createTopics, timeout }: KafkaOptions,
  admin: Admin,
  topic: string,
): Promise<boolean> {
  if (!createTopics) return false;
  const { partitions: numPartitions, replication: replicationFactor } = createTopics;
  const topics = [{ topic, numPartitions, replicationFactor }];
  await admin.createTopics({ topics, timeout, validateOnly: true, waitForLeaders: false });
  return true;
}
