// npm run bench: one table, each row the median of at least three runs, beside this machine's reference in
// the same run. `npm run bench -- 500000` takes fewer lines; `npm run bench -- 2000000 idle latency` some rows.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cli, measure, median, type Used } from "./child.ts";
import { idle } from "./idle.ts";
import { latency } from "./latency.ts";
import { loopDelay } from "./loop-delay.ts";
import { memory } from "./memory.ts";

const RUNS = 3;
const args = process.argv.slice(2);
const lines = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 2_000_000);
const wanted = args.filter((arg) => !/^\d+$/.test(arg));
const wants = (name: string): boolean => wanted.length === 0 || wanted.includes(name);

const folder = mkdtempSync(join(tmpdir(), "log-monitor-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const input = join(folder, "access.log");
await measure(cli, [
  "generate",
  "--format",
  "nginx",
  "--path",
  input,
  "--rate",
  "0",
  "--lines",
  String(lines),
]).ended;
const megabytes = statSync(input).size / 1e6;

interface Row {
  readonly name: string;
  readonly linesPerSecond: number;
  readonly mbPerSecond: number;
  readonly cpuPerMillion: number;
  readonly peakMb: number;
}

const rowOf = (name: string, runs: readonly Used[]): Row => {
  const seconds = median(runs.map((run) => run.seconds));
  return {
    name,
    linesPerSecond: lines / seconds,
    mbPerSecond: megabytes / seconds,
    cpuPerMillion: median(runs.map((run) => run.cpuSeconds)) / (lines / 1e6),
    peakMb: median(runs.map((run) => run.maxRssMb)),
  };
};

const repeat = async (name: string, run: (at: number) => Promise<Used>): Promise<Row> => {
  const runs: Used[] = [];
  for (let at = 0; at < RUNS; at++) runs.push(await run(at));
  return rowOf(name, runs);
};

/** A whole run of the product: from its start to the last line acknowledged, everything durable. */
const product = (config: object) => async (): Promise<Used> => {
  const own = mkdtempSync(join(folder, "run-"));
  const file = join(own, "log-monitor.json");
  const sources = { access: { paths: [input], parser: "nginx", from: "start" } };
  writeFileSync(file, JSON.stringify({ sources, monitor: false, dataDir: join(own, "data"), ...config }));
  try {
    return await measure(cli, ["run", "--config", file, "--once"]).ended;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
};

const counting = async (): Promise<{ url: string; lines(): Promise<number>; stop(): void }> => {
  const script = fileURLToPath(new URL("../helpers/counting-server.ts", import.meta.url));
  const child = spawn(process.execPath, [script, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const [first] = (await once(child.stdout, "data")) as [Buffer];
  const { port } = JSON.parse(first.toString()) as { port: number };
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    stop: () => void child.kill(),
    lines: async () => ((await (await fetch(`${url}/count`)).json()) as { lines: number }).lines,
  };
};

const throughput: Row[] = [];
if (wants("throughput")) {
  const reference = fileURLToPath(new URL("./reference.ts", import.meta.url));
  throughput.push(
    await repeat("reference: readline, expression, Point, no sink", () => measure(reference, [input]).ended),
  );
  throughput.push(
    await repeat(
      "file → parse → spool → /dev/null as JSON",
      product({ store: false, sinks: { out: { type: "file", path: "/dev/null" } } }),
    ),
  );
  throughput.push(
    await repeat(
      "file → parse → spool → file as JSON",
      product({ store: false, sinks: { out: { type: "file", path: "out.ndjson" } } }),
    ),
  );
  const server = await counting();
  const influx = { type: "influxdb", dsn: `${server.url}@u@p@nginx@s` };
  const before = await server.lines();
  throughput.push(
    await repeat(
      "file → parse → spool → InfluxDB lines over HTTP",
      product({ store: false, sinks: { influx } }),
    ),
  );
  throughput.push(
    await repeat(
      "the same with gzip",
      product({ store: false, sinks: { influx: { ...influx, gzip: true } } }),
    ),
  );
  throughput.push(await repeat("the same without gzip, with the store", product({ sinks: { influx } })));
  throughput.push(await repeat("file → parse → spool → store", product({})));
  const arrived = (await server.lines()) - before;
  server.stop();
  if (arrived !== 3 * RUNS * lines) throw new Error(`${arrived} lines arrived of ${3 * RUNS * lines}`);
}

const base = throughput[0]?.linesPerSecond ?? Number.NaN;
const table = throughput.map(({ name, linesPerSecond, mbPerSecond, cpuPerMillion, peakMb }) => ({
  what: name,
  "lines/s": Math.round(linesPerSecond),
  "MB/s": Number(mbPerSecond.toFixed(1)),
  "× reference": Number((linesPerSecond / base).toFixed(2)),
  "CPU-s per M lines": Number(cpuPerMillion.toFixed(2)),
  "peak MB": Math.round(peakMb),
}));
if (table.length > 0) {
  console.log(
    `\n${lines} lines of the nginx format, ${megabytes.toFixed(0)} MB, median of ${RUNS} runs, from process start to the last acknowledgement`,
  );
  console.table(table);
}

const others: Record<string, string>[] = [];
if (wants("latency")) others.push(await latency(folder, RUNS));
if (wants("loop")) others.push(await loopDelay(folder, input, RUNS));
if (wants("idle")) others.push(await idle(folder, RUNS));
if (wants("memory")) others.push(await memory(folder));
if (others.length > 0) console.table(others);
