import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { type Admin, type Consumer, Kafka, type KafkaConfig, type KafkaMessage, logLevel } from "kafkajs";
import { loadKafkajs } from "../../../src/lib/kafkajs.ts";
import { freePort } from "../port.ts";
import { type Running, startProcess } from "../process.ts";
import { until } from "../until.ts";
import { type KafkaUser, scramUsers, writeProperties } from "./kafka-properties.ts";
import { fromMaven, javaHome, SHORT_LIVED, STARTING } from "./maven.ts";

const run = promisify(execFile);
const VERSION = "4.1.0";
/** What Maven is asked for: the broker with all it needs, and a logger that says nothing. */
const POM = `<project><modelVersion>4.0.0</modelVersion><groupId>t</groupId><artifactId>t</artifactId><version>1</version>
<dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
</dependencies></project>`;

export interface KafkaOptions {
  /** The broker has listeners for SASL, with this user, and for TLS beside the open one. */
  readonly user?: KafkaUser;
  /** More lines of server.properties. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export type KafkaMessageAt = KafkaMessage & { readonly partition: number };

export interface RunningKafka {
  readonly broker: string;
  /** Where it wants to be signed in to, in the clear, and where a client's certificate, if it is secured. */
  readonly sasl: string;
  readonly tls: string;
  /** The client of the tests, not of the product's sink. */
  readonly client: Kafka;
  createTopic(topic: string, partitions: number, config?: Readonly<Record<string, string>>): Promise<void>;
  deleteTopic(topic: string): Promise<void>;
  /** All messages of a topic, by partition and offset. */
  messages(topic: string): Promise<KafkaMessageAt[]>;
  /** Of the server's process as it runs now. */
  readonly pid: number;
  stop(): Promise<void>;
  kill9(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one real broker (KRaft) on the loopback address. @throws with what was tried when there is none */
export async function startKafka(options: KafkaOptions = {}): Promise<RunningKafka> {
  // Without its mend the client of the tests would write a warning into their output.
  await loadKafkajs();
  const home = await fromMaven(`kafka-${VERSION}`, async (folder, maven) => {
    writeFileSync(join(folder, "pom.xml"), POM);
    const jars = join(folder, "jars");
    await maven("dependency:copy-dependencies", `-DoutputDirectory=${jars}`);
    return jars;
  });
  const java = join(await javaHome(), "bin", "java");
  const [open, controller, sasl, tls] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const broker = `127.0.0.1:${open}`;
  const folder = mkdtempSync(join(tmpdir(), "log-monitor-kafka-"));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.removeListener("exit", remove);
  };
  process.once("exit", remove);
  mkdirSync(join(folder, "data"));
  const { user } = options;
  const properties = writeProperties(folder, { open, controller, sasl, tls }, user, options.settings);
  const command = [...SHORT_LIVED, "-cp", `${home}/*`];
  const cluster = randomBytes(16).toString("base64url").replaceAll(/[-_]/g, "a");
  const format = ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", properties];
  await run(java, [...command, ...format, ...(user ? scramUsers(user) : [])]);

  const config: KafkaConfig = { brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 0 } };
  const client = new Kafka({ ...config, retry: { retries: 8, initialRetryTime: 100 } });
  let child: Running | undefined;

  const answers = async (): Promise<boolean> => {
    const admin = new Kafka(config).admin();
    try {
      await admin.connect();
      await admin.fetchTopicMetadata();
      return true;
    } catch {
      await delay(100);
      return false;
    } finally {
      await admin.disconnect();
    }
  };
  const administer = async (work: (admin: Admin) => Promise<unknown>): Promise<void> => {
    const admin = client.admin();
    await admin.connect();
    try {
      await work(admin);
    } finally {
      await admin.disconnect();
    }
  };
  const start = async (): Promise<void> => {
    if (child?.running()) return;
    const started = startProcess(java, [...command, "kafka.Kafka", properties], { cwd: folder });
    child = started;
    await started.ready(answers, STARTING);
  };
  try {
    await start();
  } catch (error) {
    await child?.kill9();
    remove();
    throw error;
  }

  return {
    broker,
    client,
    start,
    get pid() {
      return child?.pid ?? 0;
    },
    sasl: `127.0.0.1:${sasl}`,
    tls: `127.0.0.1:${tls}`,
    createTopic: (topic, numPartitions, config = {}) =>
      administer((admin) =>
        admin.createTopics({
          topics: [{ topic, numPartitions, replicationFactor: 1, configEntries: entriesOf(config) }],
        }),
      ),
    deleteTopic: (topic) => administer((admin) => admin.deleteTopics({ topics: [topic] })),
    async messages(topic) {
      const admin = client.admin();
      await admin.connect();
      const ends = await admin.fetchTopicOffsets(topic);
      await admin.disconnect();
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
    stop: async () => child?.stop(),
    kill9: async () => child?.kill9(),
    async close() {
      await child?.kill9();
      remove();
    },
  };
}

function entriesOf(config: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}
