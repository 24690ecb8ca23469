import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Message } from "kafkajs";
import type { Engine } from "../../../src/engine/engine.ts";
import type { SourceFigures } from "../../../src/model.ts";
import { runEngine } from "../../helpers/engine.ts";
import { recordsIn } from "../../helpers/output.ts";
import type { RunningKafka } from "../../helpers/services/kafka.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { quiet } from "./influx.ts";

/** For what a broker does that may have little of a machine. */
export const PATIENT = { timeout: 240_000 };

/** What these tests look at of a record that was read. */
export interface Read {
  readonly id: string;
  readonly file: string;
  readonly offset: number;
  readonly time: string;
  readonly raw: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Sends messages in order, each once. */
export const send = async (kafka: RunningKafka, topic: string, messages: Message[]): Promise<void> => {
  const producer = kafka.client.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  for (let at = 0; at < messages.length; at += 2_000)
    await producer.send({ topic, acks: -1, messages: messages.slice(at, at + 2_000) });
  await producer.disconnect();
};

/** Messages with a number each, dealt out to partitions by turns. */
export const numbered = (count: number, partitions: number, first = 0): (Message & { value: string })[] =>
  Array.from({ length: count }, (_, at) => ({
    partition: (first + at) % partitions,
    value: `message ${first + at}`,
    timestamp: String(1_700_000_000_000 + first + at),
  }));

/** A source of plain messages from the start of the given topics, in a group of its own. */
export const sourceFor = (
  kafka: Pick<RunningKafka, "broker">,
  options: { topics?: string; pattern?: string },
) => ({
  type: "kafka",
  brokers: kafka.broker,
  group: `group of ${options.topics ?? options.pattern}`,
  parser: "plain",
  from: "start",
  timeout: 5_000,
  ...options,
});

/** An engine that reads topics into a file. */
export const reading = async (
  t: TestContext,
  kafka: Pick<RunningKafka, "broker">,
  options: { topics?: string; pattern?: string; [name: string]: unknown },
  folder = tempFolder(t),
) => {
  const { engine, apply } = runEngine(t, folder);
  const out = join(folder, "out.ndjson");
  const sources = { k: sourceFor(kafka, options) };
  const { issues } = await apply({ ...quiet, sources, sinks: { out: { type: "file", path: out } } });
  assert.deepEqual(issues, []);
  const records = (): Read[] => recordsIn(out) as unknown as Read[];
  const raws = (): string[] =>
    records()
      .map(({ raw }) => raw)
      .sort();
  const watches = (): Promise<boolean> =>
    until(() => sourceOf(engine).state === "watching", { ...PATIENT, what: "partitions" });
  return { engine, folder, records, raws, watches };
};

/** The texts of messages, sorted. */
export const valuesOf = (messages: readonly { value: string }[]): string[] =>
  messages.map(({ value }) => value).sort();

/** The figures of a source. */
export function sourceOf(engine: Engine, id = "k"): SourceFigures {
  const found = engine.snapshot().sources.find((source) => source.id === id);
  assert.ok(found, `there is a source ${id}`);
  return found;
}
