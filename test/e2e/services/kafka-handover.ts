import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { silent } from "../../../src/lib/log.ts";
import { readMessages } from "../../../src/lib/messages.ts";
import { kafkaOptions } from "../../../src/sources/kafka/options.ts";
import { PACE } from "../../../src/sources/kafka/watch.ts";
import { createKafkaSource } from "../../../src/sources/kafka.ts";
import type { Source } from "../../../src/sources/source.ts";
import { runEngine } from "../../helpers/engine.ts";
import { startKafkaRelay } from "../../helpers/kafka-relay.ts";
import { recordsIn } from "../../helpers/output.ts";
import type { RunningKafka } from "../../helpers/services/kafka.ts";
import { openSpool } from "../../helpers/spool.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { within } from "../../helpers/within.ts";
import { type Program, runCli, start } from "../cli/program.ts";
import { quiet } from "./influx.ts";
import { numbered, PATIENT, reading, send, sourceFor, sourceOf, valuesOf } from "./kafka-source.ts";

const OUT = { out: { type: "file", path: "out.ndjson" } };

/** Tests of what becomes of messages when members of a group come, go, are killed and stand still. */
export function handoverCases(broker: (t: TestContext) => Promise<RunningKafka | undefined>): void {
  it("hands partitions over without a repeat while members come and go: files have each message once", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    const topic = "relayed";
    await kafka.createTopic(topic, 8);
    const flow = await flowing(t, kafka, topic, 8);
    const members = [await reading(t, kafka, { topics: topic })];
    const has = (member: (typeof members)[number], partitions: number): Promise<boolean> => {
      const first = sourceOf(member.engine).lines;
      return until(
        () => {
          const { files, lines } = sourceOf(member.engine);
          return files.length === partitions && lines > first;
        },
        { ...PATIENT, what: `messages of ${partitions} partitions` },
      );
    };
    for (let turn = 0; turn < 3; turn++) {
      const newcomer = await reading(t, kafka, { topics: topic });
      members.push(newcomer);
      await has(newcomer, 4);
      await members.at(-2)?.engine.close();
      await has(newcomer, 8);
    }
    const messages = await flow.end();
    await members.at(-1)?.engine.drain();
    await members.at(-1)?.engine.close();
    // What was read and not yet written when its engine ended comes out of the spool at the next start.
    for (const { folder } of members) {
      const { engine, apply } = runEngine(t, folder);
      await apply({ ...quiet, sources: {}, sinks: OUT });
      await engine.drain();
      await engine.close();
    }
    const raws = members.flatMap((member) => member.raws());
    assert.deepEqual(raws.sort(), valuesOf(messages));
  });

  it("waits for a slow disk before it gives partitions up: nothing is read twice", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    const topic = "slowly";
    await kafka.createTopic(topic, 8);
    const flow = await flowing(t, kafka, topic, 8);
    const one = slowMember(t, kafka, topic);
    await one.source.start();
    await until(() => one.raws.length > 0, { ...PATIENT, what: "the first messages" });
    const two = slowMember(t, kafka, topic);
    await two.source.start();
    await until(() => two.raws.length > 0, { ...PATIENT, what: "the other's first messages" });
    await one.source.stop();
    await until(() => two.source.files().length === 8, { ...PATIENT, what: "all partitions" });
    const messages = await flow.end();
    await two.source.drain();
    await two.source.stop();
    assert.deepEqual([...one.raws, ...two.raws].sort(), valuesOf(messages));
  });

  it("goes on at what is in its own spool when it was killed, and tells the group: nothing is read twice", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    const topic = "resumed";
    await kafka.createTopic(topic, 4);
    const relay = await startKafkaRelay(t, Number(kafka.broker.split(":")[1]));
    const cwd = tempFolder(t);
    const out = join(cwd, "out.ndjson");
    const configure = (brokers: string): void =>
      writeFileSync(
        join(cwd, "log-monitor.json"),
        JSON.stringify({
          ...quiet,
          sources: { k: { ...sourceFor(kafka, { topics: topic }), brokers } },
          sinks: OUT,
        }),
      );
    const run = ["run", "--config", "log-monitor.json", "--data-dir"];
    const written = (by: Program, count: number): Promise<boolean> =>
      by.until(() => recordsIn(out).length >= count, { ...PATIENT, every: 250, what: `${count} records` });
    const messages = numbered(2_000, 4);
    await send(kafka, topic, messages.slice(0, 40));
    configure(relay.address);
    const first = start(t, [...run, "one"], { cwd });
    await written(first, 40);
    // Nothing that it reads from here on is known to the group when it is killed.
    relay.forget();
    await send(kafka, topic, messages.slice(40, 1_000));
    await written(first, 1_000);
    first.kill("SIGKILL");
    await first.exited;
    assert.ok((await positions(t, kafka, topic)) < 1_000, "the group is behind");
    configure(kafka.broker);
    const second = start(t, [...run, "one"], { cwd });
    // It has nothing to read and only tells what it knows.
    await second.until(async () => (await positions(t, kafka, topic)) === 1_000, {
      ...PATIENT,
      what: "positions",
    });
    second.kill("SIGTERM");
    await second.exited;
    await send(kafka, topic, messages.slice(1_000));
    const { code, err } = await runCli(t, [...run, "two", "--once"], { cwd });
    assert.equal(code, 0, err);
    assert.deepEqual(
      recordsIn(out)
        .map(({ raw }) => raw)
        .sort(),
      valuesOf(messages),
    );
  });

  it("joins the group anew when its membership brings nothing although there is more", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    const topic = "stalled";
    await kafka.createTopic(topic, 2);
    const relay = await startKafkaRelay(t, Number(kafka.broker.split(":")[1]));
    const pace = { ...PACE, measure: 200, stalled: 2_000 };
    const { source, raws, told } = member(t, kafka, { topics: topic, brokers: relay.address }, pace);
    await source.start();
    await until(() => source.state().state === "watching", { ...PATIENT, what: "partitions" });
    // Its connection says for ever what it said last: that there is nothing.
    await until(() => relay.mute(), { ...PATIENT, what: "an answer without messages" });
    const messages = numbered(100, 2);
    await send(kafka, topic, messages);
    // Nor does it end early: there is more than it was told.
    await within(PATIENT.timeout, source.drain());
    assert.deepEqual(raws.toSorted(), valuesOf(messages));
    assert.equal(told.filter((text) => text.includes("the group is joined anew")).length, 1);
    await source.stop();
  });
}

/** Messages that are sent one portion after the other until it is enough. */
async function flowing(t: TestContext, kafka: RunningKafka, topic: string, partitions: number) {
  const producer = kafka.client.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  t.after(() => producer.disconnect());
  const messages: ReturnType<typeof numbered> = [];
  const over = new AbortController();
  t.after(() => over.abort());
  const sending = (async () => {
    while (!over.signal.aborted) {
      const portion = numbered(10 * partitions, partitions, messages.length);
      await producer.send({ topic, acks: -1, messages: portion });
      messages.push(...portion);
      // At a rate that any machine bears.
      await delay(20);
    }
  })();
  return {
    async end() {
      over.abort();
      await sending;
      return messages;
    },
  };
}

/** A source over a spool of its own; its texts as they became durable. */
export function member(
  t: TestContext,
  kafka: RunningKafka,
  given: { topics?: string; pattern?: string; brokers?: string; from?: string },
  pace = PACE,
  beforehand: () => Promise<unknown> = async () => {},
): { source: Source; raws: string[]; told: string[] } {
  const { type: _, parser: __, ...options } = { ...sourceFor(kafka, given), ...given };
  const { spool, checkpoints } = openSpool(tempFolder(t));
  spool.cursor("test");
  const raws: string[] = [];
  const told: string[] = [];
  /** Chunks become durable in the order in which they were handed on. */
  let last: Promise<unknown> = Promise.resolve();
  const source = createKafkaSource(
    kafkaOptions.parse(options),
    {
      id: "k",
      log: { ...silent, warn: (text) => void told.push(text) },
      checkpoints,
      room: () => undefined,
      emit(chunk) {
        const durable = Promise.all([last, beforehand()])
          .then(() => spool.append(chunk, chunk.records ?? 0, 1, () => {}))
          .then(() => {
            readMessages(chunk.bytes, ({ value }) => raws.push(value.toString()));
          });
        last = durable;
        return durable;
      },
      changed() {},
      fail(error) {
        throw error;
      },
    },
    pace,
  );
  t.after(async () => {
    await source.stop();
    await spool.close();
  });
  return { source, raws, told };
}

/** One on a disk that takes its time. */
const slowMember = (t: TestContext, kafka: RunningKafka, topic: string) =>
  member(t, kafka, { topics: topic }, PACE, () => delay(700));

/** How many messages of a topic its group has behind it. */
async function positions(t: TestContext, kafka: RunningKafka, topic: string): Promise<number> {
  const admin = kafka.client.admin();
  await admin.connect();
  t.after(() => admin.disconnect());
  const [found] = await admin.fetchOffsets({ groupId: `group of ${topic}`, topics: [topic] });
  await admin.disconnect();
  return (found?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
}
