import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it, type TestContext } from "node:test";
import { runEngine } from "../../helpers/engine.ts";
import { freePort } from "../../helpers/port.ts";
import { unavailable } from "../../helpers/require.ts";
import { type KafkaMessageAt, type RunningKafka, startKafka } from "../../helpers/services/kafka.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { access, appendAccess, drained, quiet, sinkOf } from "./influx.ts";

/** For what a server does that may have little of a machine. */
const patient = { timeout: 120_000 };
const auth = { user: "alice", password: "secret-of-alice" };

describe("the sink kafka, on a real broker", () => {
  const servers: Promise<RunningKafka>[] = [];
  after(() => Promise.all(servers.map(async (server) => (await server.catch(() => undefined))?.close())));

  /** The brokers of these tests, each started once: each test uses topics of its own. */
  const broker = async (t: TestContext, at: 0 | 1 = 0): Promise<RunningKafka | undefined> => {
    servers[at] ??= startKafka(at === 0 ? {} : { auth });
    try {
      return await servers[at];
    } catch (error) {
      unavailable(t, "Kafka", error);
      return undefined;
    }
  };
  const started = async (t: TestContext, options: object, at: 0 | 1 = 0) => {
    const kafka = await broker(t, at);
    if (!kafka) return undefined;
    const folder = tempFolder(t);
    const { engine, apply } = runEngine(t, folder);
    const begin = async (sources: object = access) => {
      const sink = { type: "kafka", brokers: kafka.broker, timeout: 15_000, ...options };
      const { issues } = await apply({ ...quiet, sources, sinks: { kafka: sink } });
      assert.deepEqual(issues, []);
    };
    return { kafka, folder, engine, begin };
  };
  const header = (message: KafkaMessageAt, name: string): string => String(message.headers?.[name]);

  for (const compression of ["none", "gzip"]) {
    it(`sends each line once, in order, with its id and place (${compression})`, async (t) => {
      const topic = `lines-${compression}`;
      const run = await started(t, { topic, compression });
      if (!run) return;
      const lines = appendAccess(join(run.folder, "a.log"), 12_000, 1);
      await run.begin();
      await drained(run.engine);
      const messages = await run.kafka.messages(topic);
      assert.deepEqual(
        messages.map(({ value }) => String(value)),
        lines,
      );
      assert.equal(new Set(messages.map((message) => header(message, "id"))).size, lines.length);
      assert.equal(header(messages[1] as KafkaMessageAt, "offset"), String((lines[0]?.length ?? 0) + 1));
      assert.equal(header(messages[1] as KafkaMessageAt, "file"), join(run.folder, "a.log"));
    });
  }

  it("makes topics with the partitions asked for, and keeps the lines of a file in order", async (t) => {
    const run = await started(t, {
      topic: "many-${source}",
      createTopics: { partitions: 12 },
      value: "json",
    });
    if (!run) return;
    const names = ["a", "b", "c", "d", "e", "f"];
    for (const name of names) {
      const text = Array.from({ length: 300 }, (_, at) => `${name} ${at}\n`).join("");
      writeFileSync(join(run.folder, `${name}.log`), text);
    }
    await run.begin({ s: { paths: "*.log", parser: "plain", from: "start" } });
    await drained(run.engine);
    const messages = await run.kafka.messages("many-s");
    const records = messages.map(({ value }) => JSON.parse(String(value)) as { raw: string; id: string });
    for (const name of names) {
      const own = records.filter(({ raw }) => raw.startsWith(name)).map(({ raw }) => raw);
      assert.deepEqual(
        own,
        Array.from({ length: 300 }, (_, at) => `${name} ${at}`),
      );
    }
    assert.ok(
      new Set(messages.map(({ partition }) => partition)).size > 1,
      "more than one partition is used",
    );
    const admin = run.kafka.client.admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: ["many-s"] });
    await admin.disconnect();
    assert.equal(topics[0]?.partitions.length, 12);
  });

  it("waits for a broker that is killed and started again: each line is there, in order, under an id of its own", async (t) => {
    const run = await started(t, { topic: "killed" });
    if (!run) return;
    const file = join(run.folder, "a.log");
    const lines = appendAccess(file, 30_000, 3);
    await run.begin();
    await until(() => sinkOf(run.engine, "kafka").delivered > 0, {
      ...patient,
      every: 1,
      what: "the first messages",
    });
    await run.kafka.kill9();
    lines.push(...appendAccess(file, 1_000, 4));
    await until(() => sinkOf(run.engine, "kafka").state === "retrying", patient);
    await run.kafka.start();
    await until(() => sinkOf(run.engine, "kafka").delivered >= lines.length, {
      ...patient,
      what: "all lines",
    });
    const messages = await run.kafka.messages("killed");
    // What was sent twice, for an answer that got lost, has the same id: consumers know it by that.
    const byId = new Map(messages.map((message) => [header(message, "id"), String(message.value)]));
    assert.deepEqual([...byId.values()], lines);
  });

  it("S6: buries a record that is larger than the broker takes, and goes on", async (t) => {
    const run = await started(t, { topic: "large" });
    if (!run) return;
    writeFileSync(join(run.folder, "a.log"), `first\n${"x".repeat(1_048_570)}\nlast\n`);
    await run.begin({ s: { paths: "a.log", parser: "plain", from: "start" } });
    await until(
      () => sinkOf(run.engine, "kafka").delivered === 2 && sinkOf(run.engine, "kafka").dead === 1,
      patient,
    );
    assert.match(sinkOf(run.engine, "kafka").lastError ?? "", /MESSAGE_TOO_LARGE/);
    const messages = await run.kafka.messages("large");
    assert.deepEqual(
      messages.map(({ value }) => String(value)),
      ["first", "last"],
    );
  });

  it("signs in by SASL, and names the settings when it is refused", async (t) => {
    const good = await started(t, { topic: "signed", sasl: "plain", ...auth }, 1);
    if (!good) return;
    appendFileSync(join(good.folder, "a.log"), "one\n");
    const sources = { s: { paths: "a.log", parser: "plain", from: "start" } };
    await good.begin(sources);
    await drained(good.engine);
    assert.equal((await good.kafka.messages("signed")).length, 1);

    const bad = await started(
      t,
      { topic: "signed", sasl: "plain", user: auth.user, password: "wrong-one" },
      1,
    );
    if (!bad) return;
    appendFileSync(join(bad.folder, "a.log"), "two\n");
    await bad.begin(sources);
    await until(() => sinkOf(bad.engine, "kafka").state === "failed", patient);
    const said = sinkOf(bad.engine, "kafka").lastError ?? "";
    assert.match(said, /check user, password and token/);
    assert.doesNotMatch(said, /wrong-one/);
  });

  it("says which address does not answer", async (t) => {
    const folder = tempFolder(t);
    const { engine, apply } = runEngine(t, folder);
    appendFileSync(join(folder, "a.log"), "one\n");
    const brokers = `127.0.0.1:${await freePort()}`;
    const sources = { s: { paths: "a.log", parser: "plain", from: "start" } };
    await apply({ ...quiet, sources, sinks: { kafka: { type: "kafka", brokers, timeout: 1_000 } } });
    await until(() => sinkOf(engine, "kafka").state === "retrying", patient);
    assert.match(sinkOf(engine, "kafka").lastError ?? "", new RegExp(`Kafka at ${brokers}: .*ECONNREFUSED`));
  });
});
