import { Kafka, logLevel } from "kafkajs";
import { freePort } from "../port.ts";
import { clusterId, createBroker } from "./kafka-broker.ts";
import { type KafkaUser, scramUsers, writeProperties } from "./kafka-properties.ts";
import { type Topics, topicsOf } from "./kafka-topics.ts";

export type { KafkaMessageAt } from "./kafka-topics.ts";

export interface KafkaOptions {
  /** The broker has listeners for SASL, with this user, and for TLS beside the open one. */
  readonly user?: KafkaUser;
  /** More lines of server.properties. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export interface RunningKafka extends Topics {
  readonly broker: string;
  /** Where it wants to be signed in to, in the clear, and where a client's certificate, if it is secured. */
  readonly sasl: string;
  readonly tls: string;
  /** The client of the tests, not of the product's sink. */
  readonly client: Kafka;
  /** Of the server's process as it runs now. */
  readonly pid: number;
  stop(): Promise<void>;
  kill9(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one real broker (KRaft) on the loopback address. @throws with what was tried when there is none */
export async function startKafka(options: KafkaOptions = {}): Promise<RunningKafka> {
  const ports = {
    open: await freePort(),
    controller: await freePort(),
    sasl: await freePort(),
    tls: await freePort(),
  };
  const address = `127.0.0.1:${ports.open}`;
  const { user, settings } = options;
  const broker = await createBroker(
    clusterId(),
    address,
    (folder) => writeProperties(folder, ports, user, settings),
    user && scramUsers(user),
  );
  try {
    await broker.start();
  } catch (error) {
    await broker.close();
    throw error;
  }
  const client = new Kafka({
    brokers: [address],
    logLevel: logLevel.NOTHING,
    retry: { retries: 8, initialRetryTime: 100 },
  });
  return {
    ...topicsOf(client),
    broker: address,
    client,
    sasl: `127.0.0.1:${ports.sasl}`,
    tls: `127.0.0.1:${ports.tls}`,
    get pid() {
      return broker.pid;
    },
    start: broker.start,
    stop: broker.stop,
    kill9: broker.kill9,
    close: broker.close,
  };
}
