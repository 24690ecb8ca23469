import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it, type TestContext } from "node:test";
import { type Log, silent } from "../../../src/lib/log.ts";
import { runEngine } from "../../helpers/engine.ts";
import { deadPort } from "../../helpers/port.ts";
import { unavailable } from "../../helpers/require.ts";
import { type KafkaMessageAt, type RunningKafka, startKafka } from "../../helpers/services/kafka.ts";
import { startTokens, unsecuredToken } from "../../helpers/services/tokens.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { access, appendAccess, drained, quiet, sinkOf } from "./influx.ts";
import { checkCases } from "./kafka-check.ts";

/** For what a server does that may have little of a machine. */
const patient = { timeout: 120_000 };
const user = { user: "alice", password: "secret-of-alice" };
const certificate = (name: string): string => join(import.meta.dirname, "../../cases/tls", name);
const mutual = { tls: true, ca: certificate("ca.pem") };
const own = { cert: certificate("server.pem"), keyFile: certificate("server.key") };
/** Whoever signs in may do what no rule forbids; those on the open listener may do everything. */
const ruled = {
  "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  "allow.everyone.if.no.acl.found": "true",
  "super.users": "User:ANONYMOUS",
};
const plain = { s: { paths: "a.log", parser: "plain", from: "start" } };

describe("the sink kafka, on a real broker", () => {
  let server: Promise<RunningKafka> | undefined;
  after(async () => (await server?.catch(() => undefined))?.close());

  /** The broker of these tests, started once: each test uses topics of its own. */
  const broker = async (t: TestContext): Promise<RunningKafka | undefined> => {
    server ??= startKafka({ user, settings: ruled });
    try {
      return await server;
    } catch (error) {
      unavailable(t, "Kafka", error);
      return undefined;
    }
  };
  const many = async (t: TestContext, log: Log = silent) => {
    const kafka = await broker(t);
    if (!kafka) return undefined;
    const folder = tempFolder(t);
    const { engine, apply } = runEngine(t, folder, {}, log);
    const begin = async (sinks: Record<string, object>, sources: object = plain) => {
      const whole = Object.entries(sinks).map(([id, sink]) => [
        id,
        { type: "kafka", brokers: kafka.broker, timeout: 15_000, ...sink },
      ]);
      const { issues } = await apply({ ...quiet, sources, sinks: Object.fromEntries(whole) });
      assert.deepEqual(issues, []);
    };
    return { kafka, folder, engine, begin };
  };
  const started = async (t: TestContext, options: object) => {
    const run = await many(t);
    return run && { ...run, begin: (sources: object = access) => run.begin({ kafka: options }, sources) };
  };
  const textsOf = (messages: readonly KafkaMessageAt[]): string[] =>
    messages.map(({ value }) => String(value));
  const header = (message: KafkaMessageAt, name: string): string => String(message.headers?.[name]);

  it("sends each line once, in order, with its id and place, to a topic that the broker makes for it", async (t) => {
    const run = await started(t, { topic: "lines" });
    if (!run) return;
    const lines = appendAccess(join(run.folder, "a.log"), 12_000, 1);
    await run.begin();
    await drained(run.engine);
    const messages = await run.kafka.messages("lines");
    assert.deepEqual(textsOf(messages), lines);
    assert.equal(new Set(messages.map((message) => header(message, "id"))).size, lines.length);
    assert.equal(header(messages[1] as KafkaMessageAt, "offset"), String((lines[0]?.length ?? 0) + 1));
    assert.equal(header(messages[1] as KafkaMessageAt, "file"), join(run.folder, "a.log"));
  });

  it("packs batches so that Java unpacks them, and unpacks what Java packed", async (t) => {
    const run = await many(t);
    if (!run) return;
    const codecs = ["gzip", "snappy", "lz4", "zstd"];
    const sinks: Record<string, object> = {};
    for (const codec of codecs) {
      // A topic with a codec of its own has the broker pack all that comes anew.
      await run.kafka.createTopic(`ours-${codec}`, 1, { "compression.type": "uncompressed" });
      await run.kafka.createTopic(`java-${codec}`, 1, { "compression.type": codec });
      sinks[`ours-${codec}`] = { topic: `ours-${codec}`, compression: codec };
      sinks[`java-${codec}`] = { topic: `java-${codec}` };
    }
    const lines = appendAccess(join(run.folder, "a.log"), 3_000, 2);
    await run.begin(sinks, access);
    await drained(run.engine);
    for (const topic of Object.keys(sinks)) {
      const messages = await run.kafka.messages(topic);
      assert.deepEqual(textsOf(messages), lines, topic);
      assert.equal(header(messages[0] as KafkaMessageAt, "source"), "access");
    }
  });

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
    assert.deepEqual(
      textsOf(messages),
      lines,
      "also what was sent again for an answer that got lost is there once",
    );
    assert.equal(new Set(messages.map((message) => header(message, "id"))).size, lines.length);
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
    assert.deepEqual(textsOf(messages), ["first", "last"]);
  });

  it("sends lines of other times than the broker's under its own, unless told to send the record's", async (t) => {
    const run = await many(t);
    if (!run) return;
    const began = Date.now();
    const texts = { old: "2018-03-04T13:49:52.000Z", future: new Date(began + 7_200_000).toISOString() };
    const lines = Object.entries(texts).map(([name, time]) => `${time} INFO ${name}`);
    writeFileSync(join(run.folder, "a.log"), `${lines.join("\n")}\n`);
    await run.begin(
      { sent: { topic: "times-sent" }, record: { topic: "times-record", timestamp: "record" } },
      { s: { paths: "a.log", parser: "auto", from: "start" } },
    );
    await until(() => sinkOf(run.engine, "sent").delivered === 2, patient);
    const sent = await run.kafka.messages("times-sent");
    assert.deepEqual(textsOf(sent), lines);
    assert.deepEqual(
      sent.map((message) => header(message, "time")),
      Object.values(texts),
    );
    for (const { timestamp } of sent)
      assert.ok(Number(timestamp) >= began && Number(timestamp) <= Date.now(), timestamp);
    await until(
      () => sinkOf(run.engine, "record").delivered === 1 && sinkOf(run.engine, "record").dead === 1,
      patient,
    );
    assert.match(
      sinkOf(run.engine, "record").lastError ?? "",
      /INVALID_TIMESTAMP.*set timestamp to sent, or correct timezone/,
    );
    const [old, ...more] = await run.kafka.messages("times-record");
    assert.equal(old?.timestamp, String(Date.parse(texts.old)));
    assert.deepEqual(more, []);
  });

  it("makes a topic again that was deleted", async (t) => {
    const run = await started(t, { topic: "deleted", createTopics: { partitions: 2 } });
    if (!run) return;
    const file = join(run.folder, "a.log");
    writeFileSync(file, "one\n");
    await run.begin(plain);
    await until(() => sinkOf(run.engine, "kafka").delivered === 1, patient);
    await run.kafka.deleteTopic("deleted");
    appendFileSync(file, "two\n");
    await until(() => sinkOf(run.engine, "kafka").delivered === 2, patient);
    assert.deepEqual(textsOf(await run.kafka.messages("deleted")), ["two"]);
  });

  it("signs in by PLAIN, SCRAM and OAUTHBEARER, and by a certificate over TLS", async (t) => {
    const run = await many(t);
    if (!run) return;
    const tokens = await startTokens(t, user.user);
    const sasl = { brokers: run.kafka.sasl };
    const ways: Record<string, object> = {
      plain: { ...sasl, sasl: "plain", ...user },
      "scram-sha-256": { ...sasl, sasl: "scram-sha-256", ...user },
      "scram-sha-512": { ...sasl, sasl: "scram-sha-512", ...user },
      token: { ...sasl, sasl: "oauthbearer", token: unsecuredToken(user.user) },
      oauth: { ...sasl, sasl: "oauthbearer", oauth: tokens.oauth },
      certificate: { brokers: run.kafka.tls, ...mutual, ...own },
    };
    appendFileSync(join(run.folder, "a.log"), "one\n");
    await run.begin(
      Object.fromEntries(
        Object.entries(ways).map(([id, way]) => [id, { ...way, topic: `by-${id}`, createTopics: {} }]),
      ),
    );
    await drained(run.engine);
    for (const id of Object.keys(ways)) {
      assert.deepEqual(textsOf(await run.kafka.messages(`by-${id}`)), ["one"], id);
    }
    assert.equal(tokens.forms.length, 1, "a token is asked for once, for all connections");
  });

  it("names the setting and the remedy for what can't go through, once", async (t) => {
    const said: string[] = [];
    const run = await many(t, { ...silent, warn: (text) => said.push(text) });
    if (!run) return;
    const tokens = await startTokens(t, user.user);
    const { sasl, tls, broker: open } = run.kafka;
    await run.kafka.createTopic("a_b", 1);
    const closed = `127.0.0.1:${await deadPort()}`;
    const wrong = { ...user, password: "wrong-one" };
    const oauth = { ...tokens.oauth, clientSecret: "wrong-one" };
    const cases: Record<string, readonly [object, RegExp]> = {
      plain: [{ brokers: sasl, sasl: "plain", ...wrong }, /check user, password and token/],
      scram: [{ brokers: sasl, sasl: "scram-sha-512", ...wrong }, /check user, password and token/],
      token: [
        { brokers: sasl, sasl: "oauthbearer", token: unsecuredToken(user.user, -60) },
        /check brokers, tls, sasl and the token/,
      ],
      oauth: [
        { brokers: sasl, sasl: "oauthbearer", oauth },
        /check clientId, clientSecret and scope in oauth/,
      ],
      unsigned: [{ brokers: sasl }, /check brokers, tls, sasl and the token/],
      authority: [{ brokers: tls, tls: true, ...own }, /check ca$/],
      certificate: [{ brokers: tls, ...mutual }, /check cert and keyFile/],
      clear: [{ brokers: tls }, /check brokers, tls, sasl and the token/],
      encrypted: [{ brokers: open, tls: true }, /check brokers, tls, sasl and the token/],
      web: [
        { brokers: new URL(tokens.oauth.url).host, timeout: 1_000 },
        /check brokers, tls, sasl and the token/,
      ],
      closed: [{ brokers: closed }, /ECONNREFUSED.*see that it runs there, or correct brokers/],
      copies: [{ topic: "copies", createTopics: { replication: 3 } }, /check replication in createTopics/],
      name: [{ topic: "a.b", createTopics: {} }, /correct topic/],
    };
    appendFileSync(join(run.folder, "a.log"), "two\n");
    await run.begin(
      Object.fromEntries(Object.entries(cases).map(([id, [sink]]) => [id, { topic: "never", ...sink }])),
    );
    for (const [id, [, message]] of Object.entries(cases)) {
      await until(() => sinkOf(run.engine, id).lastError !== undefined, { ...patient, what: id });
      assert.match(sinkOf(run.engine, id).lastError ?? "", message, id);
      await until(
        () => sinkOf(run.engine, id).retries > 1 || sinkOf(run.engine, id).state === "failed",
        patient,
      );
      const own = said.filter((text) => text.startsWith(`sink ${id}: `));
      assert.equal(own.length, 1, own.join("\n"));
    }
    assert.doesNotMatch(said.join("\n") + JSON.stringify(run.engine.snapshot()), /wrong-one/);
  });

  checkCases(broker, user);
});
