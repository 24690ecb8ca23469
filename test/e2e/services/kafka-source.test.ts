import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it, type TestContext } from "node:test";
import type { Message } from "kafkajs";
import type { Report } from "../../../src/cli/inspect.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import type { SourceFigures } from "../../../src/model.ts";
import { prometheusText } from "../../../src/monitor/prometheus.ts";
import { runEngine } from "../../helpers/engine.ts";
import { recordsIn } from "../../helpers/output.ts";
import { freePort } from "../../helpers/port.ts";
import { unavailable } from "../../helpers/require.ts";
import { type Elastic, startElastic, untilDocuments } from "../../helpers/services/elastic.ts";
import { type RunningKafka, startKafka } from "../../helpers/services/kafka.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { runCli, start } from "../cli/program.ts";
import { appendAccess, quiet, sinkOf } from "./influx.ts";

const PATIENT = { timeout: 90_000 };

describe("the source kafka, on a real broker", () => {
  let server: Promise<RunningKafka> | undefined;
  let index: Promise<Elastic> | undefined;
  after(async () => {
    await (await server?.catch(() => undefined))?.close();
    await (await index?.catch(() => undefined))?.close();
  });

  /** The broker of all these tests: each uses topics of its own. */
  const broker = async (t: TestContext): Promise<RunningKafka | undefined> => {
    server ??= startKafka();
    try {
      return await server;
    } catch (error) {
      unavailable(t, "Kafka", error);
      return undefined;
    }
  };
  const elasticsearch = async (t: TestContext): Promise<Elastic | undefined> => {
    index ??= startElastic("elasticsearch");
    try {
      return await index;
    } catch (error) {
      unavailable(t, "Elasticsearch", error);
      return undefined;
    }
  };
  const send = async (kafka: RunningKafka, topic: string, messages: Message[]): Promise<void> => {
    const producer = kafka.client.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    for (let at = 0; at < messages.length; at += 2_000)
      await producer.send({ topic, acks: -1, messages: messages.slice(at, at + 2_000) });
    await producer.disconnect();
  };
  const numbered = (count: number, partitions: number, first = 0): (Message & { value: string })[] =>
    Array.from({ length: count }, (_, at) => ({
      partition: (first + at) % partitions,
      value: `message ${first + at}`,
      timestamp: String(1_700_000_000_000 + first + at),
    }));
  const sourceFor = (kafka: RunningKafka, options: { topics?: string; pattern?: string }) => ({
    type: "kafka",
    brokers: kafka.broker,
    group: `group of ${options.topics ?? options.pattern}`,
    parser: "plain",
    from: "start",
    timeout: 5_000,
    ...options,
  });
  /** An engine that reads topics into a file. */
  const reading = async (
    t: TestContext,
    kafka: RunningKafka,
    options: { topics: string; [name: string]: unknown },
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
  const valuesOf = (messages: readonly { value: string }[]): string[] =>
    messages.map(({ value }) => value).sort();

  it("reads each message of many partitions once, under an id of its own", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("twelve", 12);
    const messages = numbered(12 * 120, 12);
    await send(kafka, "twelve", messages);
    const { engine, folder, records, raws } = await reading(t, kafka, { topics: "twelve" });
    await until(() => records().length >= messages.length, { ...PATIENT, what: "all messages" });
    assert.deepEqual(raws(), valuesOf(messages));
    // Partition and offset written one after the other would not tell 1 11 from 11 1.
    assert.equal(new Set(records().map(({ id }) => id)).size, messages.length);
    const one = records().find(({ raw }) => raw === "message 13");
    assert.equal(one?.file, "twelve[1]");
    assert.equal(one?.offset, 1);
    assert.equal(one?.time, new Date(1_700_000_000_013).toISOString());
    const rows = sourceOf(engine).files;
    assert.deepEqual(
      rows.map(({ next, lag, state }) => [next, lag, state]),
      Array.from({ length: 12 }, () => [120, 0, "watching"]),
    );
    const account = sourceOf(engine).account;
    assert.equal(account?.missing, 0);
    assert.equal(account?.lines, messages.length);
    await engine.close();
    const { out } = await runCli(t, ["inspect", "--data-dir", join(folder, "data"), "--json"], {
      cwd: folder,
    });
    const report = JSON.parse(out) as Report;
    assert.deepEqual(
      report.checkpoints.map(({ next, lag }) => [next, lag]),
      rows.map(() => [120, 0]),
    );
    assert.deepEqual(
      report.accounts.map(({ closes }) => closes),
      [true],
    );
  });

  it("goes on where the group is: nothing that came while nobody read is left out", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("ended", 2);
    await send(kafka, "ended", numbered(10, 2));
    const first = await reading(t, kafka, { topics: "ended", from: "end" });
    await first.watches();
    // It is killed before the first message came, as far as the group can tell: the position stands all the same.
    await first.engine.close();
    assert.deepEqual(first.raws(), []);
    const messages = numbered(20, 2, 10);
    await send(kafka, "ended", messages);
    const second = await reading(t, kafka, { topics: "ended", from: "end" });
    await until(() => second.raws().length >= 20, { ...PATIENT, what: "what came meanwhile" });
    assert.deepEqual(second.raws(), valuesOf(messages));
  });

  it("shares partitions with another instance, and takes them over when that ends", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("shared", 8);
    const options = { topics: "shared" };
    const one = await reading(t, kafka, options);
    await one.watches();
    const messages = numbered(8_000, 8);
    await send(kafka, "shared", messages.slice(0, 3_000));
    const two = await reading(t, kafka, options);
    const partitions = (of: Engine): string[] => sourceOf(of).files.map(({ path }) => path);
    await until(() => partitions(one.engine).length === 4 && partitions(two.engine).length === 4, {
      ...PATIENT,
      what: "four partitions each",
    });
    await send(kafka, "shared", messages.slice(3_000));
    const all = (): Read[] => [...one.records(), ...two.records()];
    await until(() => new Set(all().map(({ raw }) => raw)).size === messages.length, {
      ...PATIENT,
      what: "all messages",
    });
    // The instances are of one mind about each message's id: by it a destination knows what both have read.
    const ids = new Map(all().map(({ raw, id }) => [raw, id]));
    for (const { raw, id } of all()) assert.equal(id, ids.get(raw));
    assert.equal(new Set(ids.values()).size, messages.length);
    assert.ok(two.records().length > 0, "the second one has read some");
    await one.engine.close();
    await until(() => partitions(two.engine).length === 8, { ...PATIENT, what: "all partitions" });
    const late = numbered(80, 8, 8_000);
    await send(kafka, "shared", late);
    await until(() => late.every(({ value }) => two.raws().includes(value)), {
      ...PATIENT,
      what: "the last",
    });
  });

  it("puts messages aside that can be no records, counts them, and goes on", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("poison", 1);
    await send(kafka, "poison", [
      { value: "first" },
      { key: "gone", value: null },
      { value: "x".repeat(5_000) },
      { value: "two\nlines" },
      { key: "gone", value: null },
    ]);
    const run = await reading(t, kafka, { topics: "poison", maxMessageBytes: "4KiB" });
    const row = () => sourceOf(run.engine).files[0];
    await until(() => row()?.next === 5 && row()?.aside === 3 && run.raws().length === 2, {
      ...PATIENT,
      what: "the last message",
    });
    assert.deepEqual(run.raws(), ["first", "two\nlines"]);
    const file = join(run.folder, "data", "aside", "k.ndjson");
    const lines = () => readFileSync(file, "utf8").split("\n").slice(0, -1);
    await until(() => lines().length === 3, { ...PATIENT, what: "letters" });
    const aside = lines().map((line) => JSON.parse(line));
    assert.deepEqual(
      aside.map(({ path, offset, key }) => [path, offset, key]),
      [
        ["poison[0]", 1, "gone"],
        ["poison[0]", 2, undefined],
        ["poison[0]", 4, "gone"],
      ],
    );
    assert.match(aside[0].reason, /tombstone/);
    assert.match(aside[1].reason, /5000 bytes are more than maxMessageBytes \(4096\)/);
    assert.match(
      prometheusText(run.engine.snapshot()),
      /partition_aside_messages_total\{source="k",partition="poison\[0\]"\} 3/,
    );
  });

  it("tells how far it is behind while it is paused, and reads on when it is resumed", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("lag", 2);
    const run = await reading(t, kafka, { topics: "lag", fields: true });
    await run.watches();
    await run.engine.pause({});
    await send(kafka, "lag", [
      ...numbered(5, 1),
      { partition: 1, key: "k", value: "other", headers: { h: "v" } },
    ]);
    const lags = () => sourceOf(run.engine).files.map(({ lag }) => lag);
    await until(() => lags().join() === "5,1", { ...PATIENT, what: "the lag" });
    assert.match(
      prometheusText(run.engine.snapshot()),
      /partition_lag_messages\{source="k",partition="lag\[0\]"\} 5/,
    );
    assert.deepEqual(run.raws(), []);
    await run.engine.resume({});
    await until(() => run.raws().length === 6 && lags().join() === "0,0", { ...PATIENT, what: "the rest" });
    const other = run.records().find(({ raw }) => raw === "other");
    assert.deepEqual(other?.fields.kafka, {
      topic: "lag",
      partition: 1,
      offset: 0,
      key: "k",
      headers: { h: "v" },
    });
  });

  it("reads topics by a pattern to their present end with --once, and ends", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("once-a", 3);
    await kafka.createTopic("once-b", 1);
    await kafka.createTopic("not-once", 1);
    const messages = [...numbered(300, 3), ...numbered(50, 1, 300)];
    await send(kafka, "once-a", messages.slice(0, 300));
    await send(kafka, "once-b", messages.slice(300));
    await send(kafka, "not-once", [{ value: "no" }]);
    const cwd = tempFolder(t);
    const sources = { k: { ...sourceFor(kafka, { pattern: "once-.*" }), from: "end" } };
    const sinks = { out: { type: "file", path: "out.ndjson" } };
    writeFileSync(join(cwd, "log-monitor.json"), JSON.stringify({ ...quiet, sources, sinks }));
    const { code, err } = await runCli(t, ["run", "--once", "--config", "log-monitor.json"], { cwd });
    assert.equal(code, 0, err);
    const raws = recordsIn(join(cwd, "out.ndjson")).map(({ raw }) => raw);
    assert.deepEqual(raws.sort(), valuesOf(messages));
  });

  it("names the setting and the remedy when the topic or the broker is not there, once", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    const told: string[] = [];
    const log = { debug() {}, info() {}, warn: (text: string) => void told.push(text), error() {} };
    const { engine, apply } = runEngine(t, tempFolder(t), {}, log);
    const closed = `127.0.0.1:${await freePort()}`;
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
    await until(() => admin.createTopics(asked), { ...PATIENT, what: "the topic again" });
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
    await until(() => run.records().length > 0, { ...PATIENT, every: 1, what: "the first messages" });
    await kafka.kill9();
    await kafka.start();
    await until(() => run.records().length >= messages.length, { ...PATIENT, what: "all messages" });
    const late = numbered(100, 4, 40_000);
    await send(kafka, "outage", late);
    await until(() => run.records().length >= messages.length + 100, { ...PATIENT, what: "the last" });
    assert.deepEqual(run.raws(), valuesOf([...messages, ...late]));
  });

  it("indexes each message once, however often it is killed meanwhile", async (t) => {
    const kafka = await broker(t);
    const elastic = kafka && (await elasticsearch(t));
    if (!kafka || !elastic) return;
    await kafka.createTopic("killed", 12);
    const messages = numbered(24_000, 12);
    const cwd = tempFolder(t);
    const sources = { k: sourceFor(kafka, { topics: "killed" }) };
    const sinks = { es: { type: "elasticsearch", url: elastic.url, index: "${topic}", documents: "topic" } };
    writeFileSync(join(cwd, "log-monitor.json"), JSON.stringify({ ...quiet, sources, sinks }));
    const sending = send(kafka, "killed", messages);
    const admin = kafka.client.admin();
    await admin.connect();
    t.after(() => admin.disconnect());
    /** Messages that the group has behind it: they are in a spool or in the index. */
    const passed = async (): Promise<number> => {
      const [topic] = await admin.fetchOffsets({ groupId: "group of killed", topics: ["killed"] });
      return (topic?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
    };
    for (let turn = 0; turn < 3; turn++) {
      // Each time with another data folder: what the killed one knew is known to the group alone.
      const data = ["--data-dir", `data-${turn % 2}`];
      const program = start(t, ["run", "--config", "log-monitor.json", ...data], { cwd });
      const goal = Math.min(messages.length, (await passed()) + 1 + Math.floor(Math.random() ** 3 * 8_000));
      await until(async () => (await passed()) >= goal, { ...PATIENT, every: 5, what: `${goal} messages` });
      program.kill("SIGKILL");
      await program.exited;
    }
    await sending;
    for (const turn of [0, 1]) {
      const data = ["--data-dir", `data-${turn}`];
      const { code, err } = await runCli(t, ["run", "--once", "--config", "log-monitor.json", ...data], {
        cwd,
      });
      assert.equal(code, 0, err);
    }
    await untilDocuments(elastic, "killed", messages.length);
    const documents = await elastic.documents("killed");
    assert.deepEqual([...documents.values()].map(({ log }) => String(log)).sort(), valuesOf(messages));
  });

  it("runs an old configuration as it is: each topic's lines in its index, as {topic, log, id}", async (t) => {
    const kafka = await broker(t);
    const elastic = kafka && (await elasticsearch(t));
    if (!kafka || !elastic) return;
    const folder = tempFolder(t);
    const topics = ["old_nginx", "old_app"];
    for (const topic of topics) await kafka.createTopic(topic, 12);
    const config = [
      "collectlogs:",
      ...topics.map((topic) => `  - { logtopic: ${topic}, logpath: "${folder}/${topic}.log" }`),
      `kafkaconfig: { kafkaaddr: "${kafka.broker}" }`,
      `elasticconfig: { elasticaddr: "${new URL(elastic.url).host}", typestr: catlog }`,
      "monitor: false",
    ];
    writeFileSync(join(folder, "config.yaml"), config.join("\n"));
    for (const topic of topics) writeFileSync(join(folder, `${topic}.log`), "");
    const { engine, apply } = runEngine(t, folder);
    const { issues } = await apply({ configFile: "config.yaml" });
    assert.deepEqual(issues, []);
    await until(() => engine.snapshot().sources.length === 3);
    for (const topic of topics) {
      const lines = Array.from({ length: 300 }, (_, at) => `${topic} ${at}`);
      appendFileSync(join(folder, `${topic}.log`), `${lines.join("\n")}\n`);
      await untilDocuments(elastic, topic, lines.length);
      const documents: Record<string, unknown>[] = [...(await elastic.documents(topic)).values()];
      assert.deepEqual(documents.map((document) => String(document.log)).sort(), lines.toSorted());
      assert.deepEqual(new Set(documents.map((document) => document.topic)), new Set([topic]));
      assert.equal(new Set(documents.map((document) => document.id)).size, lines.length);
    }
  });

  it("carries logs through a topic into an index: counts and values exact, also of what was sent twice", async (t) => {
    const kafka = await broker(t);
    const elastic = kafka && (await elasticsearch(t));
    if (!kafka || !elastic) return;
    await kafka.createTopic("nginx_log", 3);
    const folder = tempFolder(t);
    const lines = appendAccess(join(folder, "access.log"), 4_000, 1);
    const { engine, apply } = runEngine(t, folder);
    const { issues } = await apply({
      ...quiet,
      sources: {
        nginx_log: { paths: "access.log", parser: "plain", from: "start", sinks: ["kafka"] },
        back: { ...sourceFor(kafka, { topics: "nginx_log" }), parser: "nginx", sinks: ["es"] },
      },
      sinks: {
        kafka: { type: "kafka", brokers: kafka.broker, topic: "${source}", key: "record" },
        es: { type: "elasticsearch", url: elastic.url, index: "logs-${topic}" },
      },
    });
    assert.deepEqual(issues, []);
    await until(() => sinkOf(engine, "kafka").delivered >= lines.length, { ...PATIENT, what: "all sent" });
    const sent = await kafka.messages("nginx_log");
    // A producer that is killed before it hears of an answer sends again.
    await send(
      kafka,
      "nginx_log",
      sent.slice(0, 500).map(({ key, value, headers, timestamp, partition }) => ({
        ...{ key, value, timestamp, partition },
        ...(headers && { headers }),
      })),
    );
    appendFileSync(join(folder, "access.log"), `${lines[0]}\n`);
    await untilDocuments(elastic, "logs-nginx_log", lines.length + 1);
    await until(() => sinkOf(engine, "es").delivered >= lines.length + 501, {
      ...PATIENT,
      what: "all taken",
    });
    const documents = await elastic.documents("logs-nginx_log");
    const raws = [...documents.values()].map(({ raw }) => String(raw)).sort();
    assert.deepEqual(raws, [...lines, lines[0]].sort());
    const ids = new Set(sent.map(({ headers }) => String(headers?.id)));
    assert.equal([...documents.keys()].filter((id) => ids.has(id)).length, lines.length);
    const wanted = [...lines, String(lines[0])].filter((line) => / 5\d\d \d+ "/.test(line)).length;
    const found = await elastic.ask("POST", "/logs-nginx_log/_count", {
      query: { range: { "fields.status": { gte: 500 } } },
    });
    assert.equal(found.count, wanted);
  });
});

interface Read {
  readonly id: string;
  readonly file: string;
  readonly offset: number;
  readonly time: string;
  readonly raw: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function sourceOf(engine: Engine, id = "k"): SourceFigures {
  const found = engine.snapshot().sources.find((source) => source.id === id);
  assert.ok(found, `there is a source ${id}`);
  return found;
}
