import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bench } from "./bench.ts";
import { cli, measure, script, type Used } from "./child.ts";
import { median, timesReference } from "./statistics.ts";
import type { Row } from "./table.ts";

interface Variant {
  readonly row: "a" | "b";
  readonly what: string;
  /** Added to the configuration, of which everything else is as it ships. */
  readonly config: object;
}

/** How often the reference's pace each row is to have, and CPU-µs a line at the most. */
const AIM = {
  a: { times: 2.5, cpu: 2.5, text: "≥ 2.5 × and ≤ 2.5 CPU-µs" },
  b: { times: 1.2, cpu: Number.POSITIVE_INFINITY, text: "≥ 1.2 ×" },
};

/**
 * Rows (a) and (b): whole runs of the command line over the input, from the start of the process to the last
 * acknowledgement, everything durable. The reference runs before and after each pair of them.
 *
 * @throws when another number of lines arrived over HTTP than were read.
 */
export async function throughput(bench: Bench): Promise<Row[]> {
  const { runs, lines, input } = bench;
  const server = await countingServer();
  const variants = variantsOf(server.url).filter(({ row }) => bench.rows.includes(row));
  const references: Used[] = [];
  const used = variants.map((): Used[] => []);
  const times = variants.map((): number[] => []);
  const refer = async (): Promise<number> => {
    const reference = await measure(script("./reference-throughput.ts"), [input]).ended;
    references.push(reference);
    return reference.seconds;
  };
  try {
    for (let run = 1; run <= runs; run++) {
      let before = await refer();
      for (let at = 0; at < variants.length; at += 2) {
        const pair = [at, at + 1].filter((index) => index < variants.length);
        for (const index of pair) {
          bench.say(`run ${run} of ${runs}: ${variants[index]?.what}`);
          used[index]?.push(await product(bench, variants[index]?.config ?? {}));
        }
        const after = await refer();
        for (const index of pair) {
          const own = used[index]?.at(-1)?.seconds ?? Number.NaN;
          times[index]?.push(1 / timesReference(own, before, after));
        }
        before = after;
      }
    }
    const sent = variants.filter(({ what }) => what.includes("HTTP")).length * runs * lines;
    const arrived = await server.lines();
    if (arrived !== sent) throw new Error(`${arrived} lines arrived of ${sent}`);
  } finally {
    server.stop();
  }
  return [
    {
      what: "reference: readline, the 13-group expression, `Point`; no sink, nothing durable",
      ...figures(bench, references),
    },
    ...variants.map(({ row, what }, index) => {
      const own = figures(bench, used[index] ?? []);
      const ratios = times[index] ?? [];
      const { text, ...least } = AIM[row];
      const met = median(ratios) >= least.times && median(own.cpuPerLine) <= least.cpu;
      return { what: `(${row}) ${what}`, ...own, timesReference: ratios, aim: { text, met } };
    }),
  ];
}

function variantsOf(url: string): Variant[] {
  const influx = { type: "influxdb", dsn: `${url}@u@p@nginx@s` };
  const file = (path: string) => ({ store: false, sinks: { out: { type: "file", path } } });
  return [
    { row: "a", what: "file → parse → spool → /dev/null, JSON", config: file("/dev/null") },
    { row: "a", what: "→ file, JSON", config: file("out.ndjson") },
    { row: "a", what: "→ InfluxDB lines over HTTP", config: { store: false, sinks: { influx } } },
    {
      row: "a",
      what: "→ InfluxDB lines over HTTP, gzip",
      config: { store: false, sinks: { influx: { ...influx, gzip: true } } },
    },
    { row: "b", what: "→ InfluxDB lines over HTTP, and the store", config: { sinks: { influx } } },
    { row: "b", what: "→ the store alone", config: {} },
  ];
}

async function product({ folder, input }: Bench, config: object): Promise<Used> {
  const own = mkdtempSync(join(folder, "run-"));
  const file = join(own, "log-monitor.json");
  const sources = { access: { paths: [input], parser: "nginx", from: "start" } };
  writeFileSync(file, JSON.stringify({ sources, dataDir: "data", ...config }));
  try {
    return await measure(cli, ["run", "--config", file, "--once"]).ended;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function figures({ lines, megabytes }: Bench, runs: readonly Used[]) {
  return {
    linesPerSecond: runs.map(({ seconds }) => lines / seconds),
    megabytesPerSecond: runs.map(({ seconds }) => megabytes / seconds),
    cpuPerLine: runs.map(({ cpuSeconds }) => (cpuSeconds * 1e6) / lines),
    peakMebibytes: runs.map(({ peakMebibytes }) => peakMebibytes),
  };
}

async function countingServer(): Promise<{ url: string; lines(): Promise<number>; stop(): void }> {
  const server = fileURLToPath(new URL("../helpers/counting-server.ts", import.meta.url));
  const child = spawn(process.execPath, [server, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const [first] = (await once(child.stdout, "data")) as [Buffer];
  const { port } = JSON.parse(first.toString()) as { port: number };
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    stop: () => void child.kill(),
    lines: async () => ((await (await fetch(`${url}/count`)).json()) as { lines: number }).lines,
  };
}
