import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Elastic, startElastic, untilDocuments } from "../helpers/services/elastic.ts";
import { type RunningKafka, startKafka } from "../helpers/services/kafka.ts";
import type { Bench } from "./bench.ts";
import { cli, generate, measure, script, type Used } from "./child.ts";
import { cpuSecondsOf } from "./proc.ts";
import { median, timesReference } from "./statistics.ts";
import type { Row } from "./table.ts";

/** Servers on the same cores are slower than the product: fewer lines tell as much. */
const SENT = 500_000;
const INDEXED = 200_000;
const PARTITIONS = 8;
/** How many instances read the topic together. */
const INSTANCES = [1, 2, 4];
const AIM = { times: 0.8, text: "≥ 0.8 ×" };

/** One run, and what the servers used of the processors meanwhile, in s. */
interface Run extends Used {
  readonly server: number;
}

/** Rows (g): a file to a topic, as it is and as JSON, each beside a bare loop that sends the like. */
export async function toKafka(bench: Bench): Promise<Row[]> {
  const lines = Math.min(bench.lines, SENT);
  const input = join(bench.folder, "to-kafka.log");
  await generate(input, lines);
  const kafka = await startKafka();
  const values = ["raw", "json"] as const;
  const references = values.map((): Run[] => []);
  const used = values.map((): Run[] => []);
  const times = values.map((): number[] => []);
  let topics = 0;
  const onTopic = async (act: (topic: string) => Promise<Used>): Promise<Run> => {
    const topic = `bench-${topics++}`;
    await kafka.createTopic(topic, PARTITIONS);
    const run = await withServers([kafka.pid], () => act(topic));
    const arrived = await countOf(kafka, topic);
    if (arrived !== lines) throw new Error(`${arrived} messages arrived of ${lines}`);
    return run;
  };
  const refer = async (at: number): Promise<Run> => {
    const run = await onTopic(
      (topic) =>
        measure(script("./reference-produce.ts"), [input, kafka.broker, topic, values[at] ?? ""]).ended,
    );
    references[at]?.push(run);
    return run;
  };
  try {
    for (let run = 1; run <= bench.runs; run++) {
      for (const [at, value] of values.entries()) {
        bench.say(`run ${run} of ${bench.runs}: file → Kafka, ${value}`);
        const before = await refer(at);
        const own = await onTopic((topic) =>
          product(bench, {
            sources: { access: { paths: [input], parser: "nginx", from: "start" } },
            sinks: { kafka: { type: "kafka", brokers: kafka.broker, topic, value } },
          }),
        );
        const after = await refer(at);
        used[at]?.push(own);
        times[at]?.push(1 / timesReference(own.seconds, before.seconds, after.seconds));
      }
    }
  } finally {
    await kafka.close();
  }
  return values.flatMap((value, at): Row[] => {
    const ratios = times[at] ?? [];
    return [
      {
        what: `reference: readline → kafkajs, idempotent, acks all, ${value}`,
        ...figures(lines, references[at] ?? []),
      },
      {
        what: `(g) file → parse → spool → Kafka, ${value}`,
        ...figures(lines, used[at] ?? []),
        timesReference: ratios,
        aim: { text: AIM.text, met: median(ratios) >= AIM.times },
      },
    ];
  });
}

/** Rows (h): a topic to an index, by one, two and four instances of a group, beside a bare loop. */
export async function fromKafka(bench: Bench): Promise<Row[]> {
  const lines = Math.min(bench.lines, INDEXED);
  const input = join(bench.folder, "from-kafka.log");
  await generate(input, lines);
  const [kafka, elastic] = await Promise.all([startKafka(), startElastic("elasticsearch")]);
  const references: Run[] = [];
  const used = INSTANCES.map((): Run[] => []);
  const times = INSTANCES.map((): number[] => []);
  const topic = "bench";
  let runs = 0;
  const toIndex = async (act: (index: string, group: string) => Promise<Used>): Promise<Run> => {
    const index = `bench-${runs}`;
    const run = await withServers([kafka.pid, elastic.pid], () => act(index, `bench-${runs++}`));
    await assertCount(elastic, index, lines);
    await elastic.ask("DELETE", `/${index}`);
    return run;
  };
  const refer = async (): Promise<Run> => {
    const run = await toIndex((index, group) => {
      const args = [kafka.broker, topic, group, elastic.url, index, String(lines)];
      return measure(script("./reference-index.ts"), args).ended;
    });
    references.push(run);
    return run;
  };
  try {
    await kafka.createTopic(topic, PARTITIONS);
    const sink = { type: "kafka", brokers: kafka.broker, topic, key: "none" };
    await product(bench, {
      sources: { access: { paths: [input], parser: "plain", from: "start" } },
      sinks: { kafka: sink },
    });
    for (let run = 1; run <= bench.runs; run++) {
      let before = await refer();
      for (const [at, instances] of INSTANCES.entries()) {
        bench.say(`run ${run} of ${bench.runs}: Kafka → Elasticsearch, instances: ${instances}`);
        const own = await toIndex((index, group) => {
          const source = {
            type: "kafka",
            brokers: kafka.broker,
            topics: topic,
            group,
            from: "start",
            parser: "plain",
          };
          const config = {
            sources: { k: source },
            sinks: { es: { type: "elasticsearch", url: elastic.url, index } },
          };
          return together(Array.from({ length: instances }, () => product(bench, config)));
        });
        const after = await refer();
        used[at]?.push(own);
        times[at]?.push(1 / timesReference(own.seconds, before.seconds, after.seconds));
        before = after;
      }
    }
  } finally {
    await Promise.all([kafka.close(), elastic.close()]);
  }
  return [
    { what: "reference: kafkajs → bulk requests", ...figures(lines, references) },
    ...INSTANCES.map((instances, at): Row => {
      const ratios = times[at] ?? [];
      const aim = { text: AIM.text, met: median(ratios) >= AIM.times };
      return {
        what: `(h) Kafka, ${PARTITIONS} partitions → spool → Elasticsearch, instances: ${instances}`,
        ...figures(lines, used[at] ?? []),
        timesReference: ratios,
        ...(instances === 1 && { aim }),
      };
    }),
  ];
}

async function product({ folder }: Bench, config: object): Promise<Used> {
  const own = mkdtempSync(join(folder, "run-"));
  const file = join(own, "log-monitor.json");
  writeFileSync(file, JSON.stringify({ dataDir: "data", store: false, monitor: false, ...config }));
  try {
    return await measure(cli, ["run", "--config", file, "--once"]).ended;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** Processes that run at the same time, as one. */
async function together(runs: readonly Promise<Used>[]): Promise<Used> {
  const all = await Promise.all(runs);
  return {
    seconds: Math.max(...all.map(({ seconds }) => seconds)),
    cpuSeconds: all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peakMebibytes: all.reduce((sum, { peakMebibytes }) => sum + peakMebibytes, 0),
  };
}

async function withServers(pids: readonly number[], act: () => Promise<Used>): Promise<Run> {
  const spent = (): number => pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
  const before = spent();
  const used = await act();
  return { ...used, server: spent() - before };
}

async function countOf(kafka: RunningKafka, topic: string): Promise<number> {
  const admin = kafka.client.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
}

async function assertCount(elastic: Elastic, index: string, count: number): Promise<void> {
  await untilDocuments(elastic, index, count);
  const found = Number((await elastic.ask("GET", `/${index}/_count`)).count);
  if (found !== count) throw new Error(`${found} documents of ${count} messages`);
}

function figures(lines: number, runs: readonly Run[]) {
  const share = (one: Run): number => (100 * one.server) / (one.server + one.cpuSeconds);
  return {
    linesPerSecond: runs.map(({ seconds }) => lines / seconds),
    cpuPerLine: runs.map(({ cpuSeconds }) => (cpuSeconds * 1e6) / lines),
    peakMebibytes: runs.map(({ peakMebibytes }) => peakMebibytes),
    measured: `servers used ${Math.round(median(runs.map(share)))} % of the CPU`,
  };
}
