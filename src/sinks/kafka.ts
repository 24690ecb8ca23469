import type { Admin, Message, Producer, TopicMessages } from "kafkajs";
import { setUpClient } from "../lib/kafka-client.ts";
import { loadKafkajs } from "../lib/kafkajs.ts";
import { createTemplate } from "../lib/template.ts";
import { isoTime } from "../lib/time.ts";
import { type LogRecord, recordId } from "../model.ts";
import { type KafkaOptions, kafkaOptions } from "./kafka-options.ts";
import { createSteadyPartitioner, sortable } from "./kafka-partitions.ts";
import { createTopicPatience } from "./kafka-topics.ts";
import { isUnknownTopic, isWornOut, verdictOf } from "./kafka-verdict.ts";
import { createRecordFormatter } from "./record-json.ts";
import type { Sink, SinkContext, SinkDefinition } from "./sink.ts";

/** A topic's name has at most so many characters, of these (Kafka's own rule). */
const LONGEST_TOPIC = 249;
const NOT_IN_TOPIC = /[^a-zA-Z0-9._-]/g;
/** Failures are shown, waited for and counted by the delivery: the client itself tries only the shortest ones away. */
const RETRY = { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 };

/** Brokers take 1 MiB in a batch by default: no more than this (bytes, before they are packed) goes into one request. */
const REQUEST_BYTES = 900_000;
/** About what a message costs beside what it holds: names of headers, lengths, its time. */
const MESSAGE_BYTES = 64;

/** Kafka, by an idempotent producer that waits for all copies. */
export const kafkaSink: SinkDefinition<typeof kafkaOptions> = {
  type: "kafka",
  options: kafkaOptions,
  templates: ["topic", "key"],
  once: false,
  // One at a time keeps the order.
  batch: { records: 4_000, bytes: 1 << 19, concurrency: 1 },
  create,
};

async function create(options: KafkaOptions, { log, baseDir }: SinkContext): Promise<Sink> {
  const { CompressionTypes, Kafka, Partitioners } = await loadKafkajs();
  const { brokers, timeout, createTopics } = options;
  const place = `Kafka at ${brokers.join(", ")}`;
  const compression = {
    none: CompressionTypes.None,
    gzip: CompressionTypes.GZIP,
    snappy: CompressionTypes.Snappy,
    lz4: CompressionTypes.LZ4,
    zstd: CompressionTypes.ZSTD,
  }[options.compression];
  const setup = await setUpClient(options, baseDir, log);
  const client = new Kafka({ ...setup.config, retry: RETRY });
  const messagesOf = createMessages(options);
  let producer: Producer | undefined;
  let admin: Admin | undefined;
  const known = new Set<string>();
  const patience = createTopicPatience(place);

  const connected = async (): Promise<Producer> => {
    if (producer) return producer;
    const fresh = client.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: createTopics === undefined,
      createPartitioner: createSteadyPartitioner(Partitioners.DefaultPartitioner),
      retry: RETRY,
    });
    await fresh.connect();
    producer = fresh;
    return fresh;
  };

  const disconnect = async (): Promise<void> => {
    const old = producer;
    producer = undefined;
    await old?.disconnect().catch(() => {});
  };

  const administered = async (): Promise<Admin> => {
    if (admin) return admin;
    const fresh = client.admin({ retry: RETRY });
    await fresh.connect();
    admin = fresh;
    return fresh;
  };

  const createMissing = async (topics: readonly string[]): Promise<void> => {
    const missing = topics.filter((topic) => !known.has(topic));
    if (!createTopics || missing.length === 0) return;
    const { partitions, replication } = createTopics;
    const asked = missing.map((topic) => ({
      topic,
      numPartitions: partitions,
      replicationFactor: replication,
    }));
    // Those that exist are left as they are.
    await (await administered()).createTopics({ topics: asked, waitForLeaders: true, timeout });
    for (const topic of missing) known.add(topic);
  };

  const send = async (topicMessages: TopicMessages[]): Promise<void> => {
    try {
      await createMissing(topicMessages.map(({ topic }) => topic));
      await (await connected()).sendBatch({ topicMessages, acks: -1, timeout, compression });
    } catch (error) {
      // One that was deleted is to be made again.
      if (isUnknownTopic(error)) known.clear();
      throw error;
    }
  };

  return {
    target: `${brokers.join(", ")} topic ${options.topic}${options.tls && !options.verify ? " (certificate not verified)" : ""}`,
    async write(records) {
      try {
        for (const topicMessages of messagesOf(records)) {
          await patience.send(() => send(topicMessages));
        }
      } catch (error) {
        if (isWornOut(error)) await disconnect();
        throw verdictOf(error, place);
      }
    },
    async check() {
      try {
        const { brokers: all } = await (await administered()).describeCluster();
        await connected();
        return { server: all.length === 1 ? "Kafka, one broker," : `Kafka, ${all.length} brokers,` };
      } catch (error) {
        throw verdictOf(error, place);
      }
    },
    preview: (records) => [...messagesOf(records)].flat().map(previewOf).join("\n"),
    async close() {
      await Promise.all([disconnect(), admin?.disconnect().catch(() => {})]);
      setup.close();
    },
  };
}

/** Makes messages of records, in requests of bearable size, within them by topic, in their order. */
function createMessages({
  topic,
  key,
  value,
}: KafkaOptions): (records: readonly LogRecord[]) => Generator<TopicMessages[]> {
  const topics = createTemplate(topic);
  const keys = createTemplate(key);
  const formatJson = createRecordFormatter();
  const keyOf = (record: LogRecord): string | null => {
    if (key === "file") return record.origin.key;
    if (key === "none") return null;
    return key === "record" ? recordId(record) : keys.fill(record);
  };
  return function* (records) {
    let byTopic = new Map<string, Message[]>();
    let bytes = 0;
    const taken = (): TopicMessages[] => {
      const request = [...byTopic].map(([name, messages]) => ({ topic: name, messages: sortable(messages) }));
      byTopic = new Map();
      bytes = 0;
      return request;
    };
    for (const record of records) {
      const content =
        value === "raw" ? Buffer.from(record.raw) : Buffer.from(formatJson([record]).subarray(0, -1));
      const headers = headersOf(record);
      let size = content.length + MESSAGE_BYTES;
      for (const text of Object.values(headers)) size += text.length;
      if (bytes > 0 && bytes + size > REQUEST_BYTES) yield taken();
      bytes += size;
      const name = topicName(topics.fill(record));
      let messages = byTopic.get(name);
      if (!messages) {
        messages = [];
        byTopic.set(name, messages);
      }
      const timestamp = String(Math.max(0, record.time));
      messages.push({ key: keyOf(record), value: content, headers, timestamp });
    }
    if (bytes > 0) yield taken();
  };
}

/** What a consumer needs to know a record again: its id makes a message that was sent twice one record. */
function headersOf(record: LogRecord): Record<string, string> {
  const { origin, offset, time, nanos } = record;
  return {
    id: recordId(record),
    source: origin.source,
    file: origin.file,
    offset: String(offset),
    time: isoTime(time, nanos),
  };
}

/** Messages as people read them: one a paragraph. */
function previewOf({ topic, messages }: TopicMessages): string {
  return messages
    .map(({ key, value, headers, timestamp }) => {
      const lines = [
        `topic: ${topic}`,
        `key: ${key ?? "none"}`,
        `time: ${isoTime(Number(timestamp), 0)}`,
        ...Object.entries(headers ?? {}).map(([name, text]) => `header ${name}: ${text}`),
        `value: ${value}`,
      ];
      return `${lines.join("\n")}\n`;
    })
    .join("\n");
}

function topicName(text: string): string {
  const name = text.replace(NOT_IN_TOPIC, "-").slice(0, LONGEST_TOPIC);
  return name === "" || name === "." || name === ".." ? "none" : name;
}
