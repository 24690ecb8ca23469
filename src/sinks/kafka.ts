import type { Admin, Producer } from "kafkajs";
import { setUpClient } from "../lib/kafka-client.ts";
import { loadKafkajs } from "../lib/kafkajs.ts";
import type { LogRecord } from "../model.ts";
import { tryTopic } from "./kafka-check.ts";
import { createLanes } from "./kafka-lanes.ts";
import { createMessages, previewOf } from "./kafka-messages.ts";
import { type KafkaOptions, kafkaOptions } from "./kafka-options.ts";
import { createPartitions } from "./kafka-partitions.ts";
import { sendAll } from "./kafka-sending.ts";
import { createSteadyPartitioner, sortable } from "./kafka-steady.ts";
import { createTopicPatience } from "./kafka-topics.ts";
import { failureOf, isUnknownTopic, isWornOut, verdictOf } from "./kafka-verdict.ts";
import type { Sink, SinkContext, SinkDefinition } from "./sink.ts";

/** Failures are shown, waited for and counted by the delivery: the client itself tries only the shortest ones away. */
const RETRY = { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 };
/** How old (ms) what is known of leaders may be: one that hangs does not tell that there is another. */
const METADATA_AGE = 30_000;

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
  const messageOf = createMessages(options);
  const partitions = createPartitions(createSteadyPartitioner(Partitioners.DefaultPartitioner));
  let producer: Promise<Producer> | undefined;
  let admin: Promise<Admin> | undefined;
  const known = new Set<string>();
  const patience = createTopicPatience(place);

  const connect = async (): Promise<Producer> => {
    const fresh = client.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: createTopics === undefined,
      createPartitioner: partitions.createPartitioner,
      metadataMaxAge: METADATA_AGE,
      retry: RETRY,
    });
    await fresh.connect();
    return fresh;
  };
  const connected = async (): Promise<Producer> => {
    producer ??= connect();
    const own = producer;
    try {
      return await own;
    } catch (error) {
      if (producer === own) producer = undefined;
      throw error;
    }
  };

  const disconnect = async (): Promise<void> => {
    const old = producer;
    producer = undefined;
    await old?.then((connection) => connection.disconnect()).catch(() => {});
  };

  const administer = async (): Promise<Admin> => {
    const fresh = client.admin({ retry: RETRY });
    await fresh.connect();
    return fresh;
  };
  const administered = async (): Promise<Admin> => {
    admin ??= administer();
    const own = admin;
    try {
      return await own;
    } catch (error) {
      if (admin === own) admin = undefined;
      throw error;
    }
  };

  const createMissing = async (topic: string): Promise<void> => {
    if (!createTopics || known.has(topic)) return;
    const { partitions: numPartitions, replication: replicationFactor } = createTopics;
    const topics = [{ topic, numPartitions, replicationFactor }];
    // One that exists is left as it is.
    await (await administered()).createTopics({ topics, waitForLeaders: true, timeout });
    known.add(topic);
  };

  /** Whatever asks for a topic, until it is there. */
  const insist = (topic: string, act: () => Promise<void>): Promise<void> =>
    patience.send(async () => {
      try {
        await createMissing(topic);
        await act();
      } catch (error) {
        // One that was deleted is to be made again.
        if (isUnknownTopic(error)) known.clear();
        throw error;
      }
    });

  const lanes = createLanes(
    (topic, partition, messages) =>
      insist(topic, async () => {
        const topicMessages = [{ topic, messages: sortable(messages) }];
        const answers = await (await connected()).sendBatch({
          topicMessages,
          acks: -1,
          timeout,
          compression,
        });
        if (!answers.some((answer) => answer.partition === partition))
          throw new Error(`nothing was said of partition ${partition} of ${topic}`);
      }),
    (error) => verdictOf(error, place),
  );

  const ready = (topic: string): Promise<void> =>
    insist(topic, async () => partitions.learn(await connected(), topic));

  return {
    target: `${brokers.join(", ")} topic ${options.topic}${options.tls && !options.verify ? " (certificate not verified)" : ""}`,
    async write(records) {
      let failed: ReadonlyMap<LogRecord, unknown>;
      try {
        await patience.send(async () => void (await connected()));
        failed = await sendAll(records.map(messageOf), { partitions, lanes, ready });
      } catch (error) {
        throw verdictOf(error, place);
      }
      if ([...failed.values()].some(isWornOut)) {
        lanes.forget();
        await disconnect();
      }
      const failure = failureOf(records, failed, place);
      if (failure) throw failure;
    },
    async check() {
      try {
        const asked = await administered();
        const { brokers: all } = await asked.describeCluster();
        await connected();
        const note = await tryTopic(options, client, asked, compression);
        return { server: all.length === 1 ? "Kafka, one broker," : `Kafka, ${all.length} brokers,`, note };
      } catch (error) {
        throw verdictOf(error, place);
      }
    },
    preview: (records) => records.map((record) => previewOf(messageOf(record))).join("\n"),
    async close() {
      await Promise.all([disconnect(), admin?.then((one) => one.disconnect()).catch(() => {})]);
      setup.close();
    },
  };
}
