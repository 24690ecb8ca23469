import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { freePort } from "../../helpers/port.ts";
import { type Elastic, startElastic, untilDocuments } from "../../helpers/services/elastic.ts";
import { startEtcd } from "../../helpers/services/etcd.ts";
import { type RunningKafka, startKafka } from "../../helpers/services/kafka.ts";
import { shared } from "../../helpers/services/shared.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { type Program, start } from "../cli/program.ts";
import { timeout } from "./etcd.ts";

/** For what servers do that may have little of a machine. */
const patient = { timeout: 180_000, every: 50 };

describe("the old chain: log files, Kafka, Elasticsearch, with the program and files of the old layout", () => {
  const broker = shared("Kafka", () => startKafka());
  const elasticsearch = shared("Elasticsearch", () => startElastic("elasticsearch"));
  const store = shared("etcd", () => startEtcd());

  it("indexes what an old file lists, and a log that is added to it while lines flow", async (t) => {
    const [kafka, elastic] = await Promise.all([broker(t), elasticsearch(t)]);
    if (!kafka || !elastic) return;
    const cwd = tempFolder(t);
    const logs = logsIn(cwd, "file", ["nginx", "app"]);
    await createTopics(kafka, logs.topics);
    const program = await started(t, cwd, () => ({
      ...ends(kafka, elastic),
      collectlogs: logs.list(),
    }));
    await program.watches(...logs.topics);
    await taken(kafka, "log-monitor.from-kafka", logs.topics);
    logs.create();
    await logs.flow(() => indexed(elastic, logs.topics, 20));

    await createTopics(kafka, [logs.add("later")]);
    program.configure();
    await program.watches(...logs.topics);
    await taken(kafka, "log-monitor.from-kafka", logs.topics);
    logs.create();
    await logs.flow(() => indexed(elastic, logs.topics, 20));
    await assertIndexed(elastic, logs.written);
    await program.ends();
    await assertIndexed(elastic, logs.written);
  });

  it("carries a list in etcd from one program to the other: killed servers and an added log lose and double nothing", async (t) => {
    const [kafka, elastic, etcd] = await Promise.all([broker(t), elasticsearch(t), store(t)]);
    if (!kafka || !elastic || !etcd) return;
    // Paths of the list are taken from the folder of the file: only one of the machines has these logs.
    const [machine, other] = [tempFolder(t), tempFolder(t)];
    const logs = logsIn(machine, "etcd", ["nginx", "app"]);
    const key = "/logagent/collect";
    const put = () => etcd.put(key, logs.list());
    await Promise.all([createTopics(kafka, logs.topics), put()]);
    const from = { etcd: { endpoints: new URL(etcd.url).host, key, timeout } };
    const { kafkaconfig, elasticconfig } = ends(kafka, elastic);
    const indexer = await started(t, other, () => ({ kafkaconfig, elasticconfig, ...from }));
    const agent = await started(t, machine, () => ({ kafkaconfig, ...from }));
    const ready = async () => {
      await Promise.all([agent, indexer].map(({ watches }) => watches(...logs.topics)));
      await taken(kafka, "log-monitor.from-kafka-etcd", logs.topics);
      logs.create();
    };
    await ready();
    await logs.flow(() => indexed(elastic, logs.topics, 20));

    await Promise.all([etcd.kill9(), kafka.kill9()]);
    await logs.flow(() => agent.figure("etcd_up").then((up) => up === 0));
    await logs.flow(() => agent.figure('sink_up{sink="kafka",type="kafka"}').then((up) => up === 0));
    await Promise.all([etcd.start(), kafka.start()]);
    await createTopics(kafka, [logs.add("later")]);
    await put();
    await ready();
    await logs.flow(() => indexed(elastic, logs.topics, 20));

    await assertIndexed(elastic, logs.written);
    await Promise.all([agent.ends(), indexer.ends()]);
    await assertIndexed(elastic, logs.written);
    await Promise.all(
      [...logs.written].map(async ([topic, lines]) => {
        const sent = await kafka.messages(topic);
        const values = new Set(sent.map(({ value }) => String(value)));
        assert.deepEqual([...values].sort(), lines.toSorted(), `the messages of ${topic}`);
      }),
    );
  });
});

/** Both ends of the chain as the old file names them. */
const ends = (kafka: RunningKafka, elastic: Elastic) => ({
  kafkaconfig: { kafkaaddr: kafka.broker },
  elasticconfig: { elasticaddr: new URL(elastic.url).host, typestr: "catlog" },
});

/** Logs that are named by their topics, and what was written to them. */
function logsIn(folder: string, prefix: string, names: readonly string[]) {
  const written = new Map<string, string[]>();
  const existing = new Set<string>();
  const topicOf = (name: string): string => `${prefix}_${name}`;
  const pathOf = (topic: string): string => `logs/${topic}.log`;
  for (const name of names) written.set(topicOf(name), []);
  mkdirSync(dirname(join(folder, pathOf("any"))));
  const write = (): void => {
    for (const topic of existing) {
      const lines = written.get(topic) ?? [];
      const more = Array.from({ length: 5 }, (_, at) => lineOf(topic, lines.length + at));
      appendFileSync(join(folder, pathOf(topic)), more.map((line) => `${line}\n`).join(""));
      lines.push(...more);
    }
  };
  return {
    written: written as ReadonlyMap<string, readonly string[]>,
    get topics(): readonly string[] {
      return [...written.keys()];
    },
    list: () => [...written.keys()].map((logtopic) => ({ logtopic, logpath: pathOf(logtopic) })),
    /** One more for the list. @returns its topic */
    add(name: string): string {
      written.set(topicOf(name), []);
      return topicOf(name);
    },
    /** From now on all that are listed are written to. */
    create(): void {
      for (const topic of written.keys()) existing.add(topic);
    },
    /** Writes lines until a condition holds. */
    flow: (condition: () => Promise<boolean>) =>
      until(() => {
        write();
        return condition();
      }, patient),
  };
}

/** A line that each of the ways between could spoil. */
const lineOf = (topic: string, number: number): string =>
  `${topic} order ${number} 订单 "ü" \\n {"a": '<b>'}\t$\{topic} ${"0123456789".slice(number % 10)}`;

/** The built program as a user starts it on a file of the old layout. */
async function started(t: TestContext, cwd: string, config: () => object) {
  const port = await freePort();
  const configure = (): void =>
    writeFileSync(join(cwd, "config.yaml"), JSON.stringify({ ...config(), monitor: { port } }));
  configure();
  const program: Program = start(t, ["run", "--config", "config.yaml"], { cwd });
  const figure = async (series: string): Promise<number | undefined> => {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    const line = (await answer.text()).split("\n").find((one) => one.startsWith(`log_monitor_${series} `));
    return line === undefined ? undefined : Number(line.split(" ").at(-1));
  };
  const watching = async (topics: readonly string[]): Promise<boolean> => {
    const up = await Promise.all(topics.map((topic) => figure(`source_up{source="${topic}"}`)));
    return up.every((one) => one === 1);
  };
  return {
    configure,
    figure,
    watches: (...topics: string[]) =>
      program.until(() => watching(topics), { ...patient, what: `partitions of ${topics}` }),
    async ends(): Promise<void> {
      program.kill("SIGTERM");
      const { code, err } = await program.exited;
      assert.equal(code, 0, err);
    },
  };
}

/** Topics of several partitions: the order of a topic's lines ends there. */
async function createTopics(kafka: RunningKafka, topics: readonly string[]): Promise<void> {
  await Promise.all(topics.map((topic) => kafka.createTopic(topic, 3)));
}

/** Waits until a group has its place in every partition of some topics: what is sent from now on is read. */
async function taken(kafka: RunningKafka, groupId: string, topics: readonly string[]): Promise<void> {
  const places = () =>
    kafka.administer((admin) => admin.fetchOffsets({ groupId, topics: [...topics] })).catch(() => []);
  await until(
    async () => {
      const partitions = (await places()).flatMap(({ partitions }) => partitions);
      return partitions.length === 3 * topics.length && partitions.every(({ offset }) => Number(offset) >= 0);
    },
    { ...patient, what: `the group ${groupId}` },
  );
}

/** Whether the index of each topic holds so many documents. */
async function indexed(elastic: Elastic, topics: readonly string[], least: number): Promise<boolean> {
  const counts = await Promise.all(topics.map((topic) => countIn(elastic, topic).catch(() => 0)));
  return counts.every((count) => count >= least);
}

async function countIn(elastic: Elastic, index: string, query: object = { match_all: {} }): Promise<number> {
  await elastic.ask("POST", `/${index}/_refresh`);
  return Number((await elastic.ask("POST", `/${index}/_count`, { query })).count);
}

/** Asserts that each line is one document `{topic, log, id}` of its topic's index, and is found as people look for it. */
async function assertIndexed(
  elastic: Elastic,
  written: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  for (const [topic, lines] of written) {
    await untilDocuments(elastic, topic, lines.length);
    assert.equal(await countIn(elastic, topic), lines.length, `documents of ${topic}`);
    const documents = await elastic.documents(topic);
    assert.deepEqual([...documents.values()].map(({ log }) => String(log)).sort(), lines.toSorted());
    const number = Math.floor(lines.length / 2);
    const queries = [
      { match_phrase: { log: `order ${number} 订单` } },
      { term: { "log.keyword": lines[number] } },
    ];
    for (const query of queries) {
      const answer = await elastic.ask("POST", `/${topic}/_search`, { query });
      const { hits } = answer.hits as { hits: { _id: string; _source: Record<string, unknown> }[] };
      assert.deepEqual(
        hits.map(({ _source: { id, ...rest } }) => rest),
        [{ topic, log: lines[number] }],
        JSON.stringify(query),
      );
      assert.ok(hits[0]?._source.id);
      assert.equal(await countIn(elastic, topic, query), 1);
    }
    assert.equal(await countIn(elastic, topic, { match: { topic } }), lines.length);
    assert.equal(new Set([...documents.values()].map(({ id }) => id)).size, lines.length);
  }
}
