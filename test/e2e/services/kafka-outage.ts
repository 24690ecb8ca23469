import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { runEngine } from "../../helpers/engine.ts";
import { deadPort } from "../../helpers/port.ts";
import type { RunningKafka } from "../../helpers/services/kafka.ts";
import { startTcpRelay } from "../../helpers/tcp-relay.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { quiet } from "./influx.ts";
import { numbered, PATIENT, reading, send, sourceFor, sourceOf, valuesOf } from "./kafka-source.ts";

/** Looking at all that was read takes the engine, which runs in this thread too, its time (ms). */
const SELDOM = { every: 1_000 };

/** Tests of a broker, or a topic, that is not there, or goes and comes back. */
export function outageCases(broker: (t: TestContext) => Promise<RunningKafka | undefined>): void {
  it("drains to the end although the broker could not be reached at first", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("late", 2);
    const messages = numbered(100, 2);
    await send(kafka, "late", messages);
    const relay = await startTcpRelay(t, Number(kafka.broker.split(":")[1]));
    relay.cut();
    const run = await reading(t, kafka, { topics: "late", brokers: relay.address });
    await until(() => sourceOf(run.engine).state === "failed", { ...PATIENT, every: 5, what: "the refusal" });
    const drained = run.engine.drain();
    relay.mend();
    await drained;
    assert.deepEqual(run.raws(), valuesOf(messages));
  });

  it("names the setting and the remedy when the topic or the broker is not there, once", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    const told: string[] = [];
    const log = { debug() {}, info() {}, warn: (text: string) => void told.push(text), error() {} };
    const { engine, apply } = runEngine(t, tempFolder(t), {}, log);
    const closed = `127.0.0.1:${await deadPort()}`;
    const sources = {
      topic: sourceFor(kafka, { topics: "nowhere" }),
      port: { ...sourceFor(kafka, { topics: "nowhere" }), brokers: closed },
    };
    await apply({ ...quiet, sources, sinks: { out: { type: "file", path: "out.ndjson" } } });
    await until(
      () => sourceOf(engine, "topic").state === "waiting" && sourceOf(engine, "port").state === "failed",
      {
        ...PATIENT,
        what: "both states",
      },
    );
    assert.match(
      sourceOf(engine, "topic").reason ?? "",
      /the topic nowhere does not exist, or the user may not see it: create it, or correct topics/,
    );
    assert.match(
      sourceOf(engine, "port").reason ?? "",
      new RegExp(`Kafka at ${closed}: .*ECONNREFUSED.*: check brokers, and that one runs there`),
    );
    assert.deepEqual(told.filter((text) => text.includes("check brokers")).length, 1);
    const admin = kafka.client.admin();
    await admin.connect();
    assert.ok(!(await admin.listTopics()).includes("nowhere"), "looking for a topic does not make it");
    await admin.disconnect();
  });

  it("reads a topic that is deleted and made anew from its start, under other ids", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    const topic = "again";
    await kafka.createTopic(topic, 1);
    await send(kafka, topic, numbered(10, 1));
    const folder = tempFolder(t);
    const first = await reading(t, kafka, { topics: topic }, folder);
    await until(() => first.raws().length === 10, { ...PATIENT, what: "ten messages" });
    await first.engine.close();
    const admin = kafka.client.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await until(async () => !(await admin.listTopics()).includes(topic), PATIENT);
    const asked = { topics: [{ topic, numPartitions: 1, replicationFactor: 1 }], waitForLeaders: false };
    // One that the broker makes after it said that it would not any more is answered with false from then on.
    await until(async () => (await admin.createTopics(asked)) || (await admin.listTopics()).includes(topic), {
      ...PATIENT,
      what: "the topic again",
    });
    await until(async () => (await admin.fetchTopicOffsets(topic))[0]?.high === "0", {
      ...PATIENT,
      what: "its partition",
    });
    await admin.disconnect();
    await send(kafka, topic, numbered(4, 1, 100));
    const second = await reading(t, kafka, { topics: topic }, folder);
    await until(() => second.raws().length === 14, { ...PATIENT, what: "the new ones" });
    assert.equal(new Set(second.records().map(({ id }) => id)).size, 14);
    assert.equal(sourceOf(second.engine).account?.missing, 0);
  });

  it("waits for a broker that is killed in mid-flow: each message once", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("outage", 4);
    const messages = numbered(40_000, 4);
    await send(kafka, "outage", messages);
    const run = await reading(t, kafka, { topics: "outage" });
    await until(() => sourceOf(run.engine).lines > 0, { ...PATIENT, every: 1, what: "the first messages" });
    await kafka.kill9();
    await kafka.start();
    await until(() => run.records().length >= messages.length, {
      ...PATIENT,
      ...SELDOM,
      what: "all messages",
    });
    const late = numbered(100, 4, 40_000);
    await send(kafka, "outage", late);
    await until(() => run.records().length >= messages.length + 100, {
      ...PATIENT,
      ...SELDOM,
      what: "the last",
    });
    assert.deepEqual(run.raws(), valuesOf([...messages, ...late]));
  });
}
