import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { Kafka, type KafkaConfig, logLevel } from "kafkajs";
import { loadKafkajs } from "../../../src/lib/kafkajs.ts";
import { type Running, startProcess } from "../process.ts";
import { fromMaven, javaHome, SHORT_LIVED, STARTING } from "./maven.ts";

const run = promisify(execFile);
const VERSION = "4.1.0";
/** What Maven is asked for: the broker with all it needs, and a logger that says nothing. */
const POM = `<project><modelVersion>4.0.0</modelVersion><groupId>t</groupId><artifactId>t</artifactId><version>1</version>
<dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
</dependencies></project>`;

/** The process of a broker, in a folder of its own. */
export interface Broker {
  /** Of the process as it runs now. */
  readonly pid: number;
  stop(): Promise<void>;
  kill9(): Promise<void>;
  /** Starts it if it does not run, and waits until it answers. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

/** An id for a new cluster. */
export function clusterId(): string {
  return randomBytes(16).toString("base64url").replaceAll(/[-_]/g, "a");
}

/**
 * Sets a broker up, not started yet.
 * @param address where it listens in the clear
 * @param properties writes server.properties into the broker's folder and returns the file
 * @param users what `format` is told of the users whom SCRAM knows
 */
export async function createBroker(
  cluster: string,
  address: string,
  properties: (folder: string) => string,
  users: readonly string[] = [],
): Promise<Broker> {
  // Without its mend the client of the tests would write a warning into their output.
  await loadKafkajs();
  const home = await fromMaven(`kafka-${VERSION}`, async (folder, maven) => {
    writeFileSync(join(folder, "pom.xml"), POM);
    const jars = join(folder, "jars");
    await maven("dependency:copy-dependencies", `-DoutputDirectory=${jars}`);
    return jars;
  });
  const java = join(await javaHome(), "bin", "java");
  const folder = mkdtempSync(join(tmpdir(), "log-monitor-kafka-"));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.removeListener("exit", remove);
  };
  process.once("exit", remove);
  mkdirSync(join(folder, "data"));
  const file = properties(folder);
  const command = [...SHORT_LIVED, "-cp", `${home}/*`];
  await run(java, [...command, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", file, ...users]);
  const client: KafkaConfig = { brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 0 } };
  const answers = async (): Promise<boolean> => {
    const admin = new Kafka(client).admin();
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
  let child: Running | undefined;
  return {
    get pid() {
      return child?.pid ?? 0;
    },
    stop: async () => child?.stop(),
    kill9: async () => child?.kill9(),
    async start() {
      if (child?.running()) return;
      const started = startProcess(java, [...command, "kafka.Kafka", file], { cwd: folder });
      child = started;
      await started.ready(answers, STARTING);
    },
    async close() {
      await child?.kill9();
      remove();
    },
  };
}
