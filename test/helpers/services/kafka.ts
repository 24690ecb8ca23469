import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { type Consumer, Kafka, type KafkaConfig, type KafkaMessage, logLevel } from "kafkajs";
import { loadKafkajs } from "../../../src/lib/kafkajs.ts";
import { freePort } from "../port.ts";
import { type Running, startProcess } from "../process.ts";
import { until } from "../until.ts";
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
  /** A user who must sign in by SASL PLAIN. */
  readonly auth?: { readonly user: string; readonly password: string };
  /** More lines of server.properties. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export type KafkaMessageAt = KafkaMessage & { readonly partition: number };

export interface RunningKafka {
  readonly broker: string;
  /** The client of the tests, not of the product's sink. */
  readonly client: Kafka;
  createTopic(topic: string, partitions: number): Promise<void>;
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
  const [port, controller] = [await freePort(), await freePort()];
  const broker = `127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), "log-monitor-kafka-"));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.removeListener("exit", remove);
  };
  process.once("exit", remove);
  mkdirSync(join(folder, "data"));
  const properties = join(folder, "server.properties");
  writeFileSync(properties, propertiesOf(port, controller, join(folder, "data"), options));
  const command = [...SHORT_LIVED, "-cp", `${home}/*`];
  const cluster = randomBytes(16).toString("base64url").replaceAll(/[-_]/g, "a");
  await run(java, [...command, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", properties]);

  const config: KafkaConfig = {
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
    ...(options.auth && {
      sasl: { mechanism: "plain", username: options.auth.user, password: options.auth.password },
    }),
  };
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
    async createTopic(topic, partitions) {
      const admin = client.admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic, numPartitions: partitions, replicationFactor: 1 }] });
      await admin.disconnect();
    },
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
          eachMessage: async ({ partition, message }) => {
            found.push({ ...message, partition });
            read.set(partition, Number(message.offset) + 1);
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

function propertiesOf(
  port: number,
  controller: number,
  data: string,
  { auth, settings }: KafkaOptions,
): string {
  const protocol = auth ? "SASL_PLAINTEXT" : "PLAINTEXT";
  const lines: Record<string, string | number> = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@127.0.0.1:${controller}`,
    listeners: `${protocol}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    "advertised.listeners": `${protocol}://127.0.0.1:${port}`,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": protocol,
    "listener.security.protocol.map": `CONTROLLER:PLAINTEXT,${protocol}:${protocol}`,
    "log.dirs": data,
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "num.partitions": 1,
    "num.network.threads": 2,
    "num.io.threads": 2,
    "num.replica.fetchers": 1,
    "background.threads": 2,
    "log.cleaner.enable": "false",
    // A broker that was killed is let in again when its session has ended (9 s, else).
    "broker.session.timeout.ms": 4_000,
    "broker.heartbeat.interval.ms": 500,
    ...settings,
  };
  if (auth) {
    const { user, password } = auth;
    lines["sasl.enabled.mechanisms"] = "PLAIN";
    lines["sasl.mechanism.inter.broker.protocol"] = "PLAIN";
    lines["listener.name.sasl_plaintext.plain.sasl.jaas.config"] =
      `org.apache.kafka.common.security.plain.PlainLoginModule required username="${user}" password="${password}" user_${user}="${password}";`;
  }
  return `${Object.entries(lines)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n")}\n`;
}
