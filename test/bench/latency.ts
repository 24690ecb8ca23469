import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { until } from "../helpers/until.ts";
import type { Bench } from "./bench.ts";
import { cli, type Measured, measure, script } from "./child.ts";
import { cpuSecondsOf } from "./proc.ts";
import { median, percentile } from "./statistics.ts";
import { type Row, significant, spread } from "./table.ts";

const RATE = 1_000;
const SECONDS = 15;
const REFERENCE_SECONDS = 5;
/** Not counted: a watcher runs for days, its code is compiled and its heap grown in the first seconds. */
const WARM_UP_SECONDS = 3;

interface Flow {
  /** ms from each line's append to its arrival in full. */
  readonly waits: number[];
  /** CPU seconds of the whole process, all threads, a second. */
  readonly cores: number;
  readonly peakMebibytes: number;
}

/**
 * Row (c): append → arrival at an InfluxDB sink over HTTP at 1,000 lines/s, of the command line with default
 * settings, store and monitor included. The reference takes turns with it.
 */
export async function latency(bench: Bench): Promise<Row> {
  const ours: Flow[] = [];
  const references: Flow[] = [];
  for (let run = 1; run <= bench.runs; run++) {
    bench.say(`run ${run} of ${bench.runs}: latency`);
    references.push(
      await flow(bench, REFERENCE_SECONDS, ({ log, url }) =>
        measure(script("./reference-latency.ts"), [log, url]),
      ),
    );
    ours.push(await flow(bench, SECONDS, startProduct));
  }
  const at = (share: number, flows: readonly Flow[]) => flows.map(({ waits }) => percentile(waits, share));
  const p99 = at(0.99, ours);
  const cores = ours.map((own) => own.cores);
  return {
    what: `(c) append → sink at ${RATE} lines/s, default settings`,
    cpuPerLine: cores.map((used) => (used * 1e6) / RATE),
    peakMebibytes: ours.map((own) => own.peakMebibytes),
    measured:
      `p50 ${spread(at(0.5, ours))} ms, p99 ${spread(p99)} ms, max ${significant(Math.max(...at(1, ours)))} ms, ` +
      `${spread(cores)} core; fs.watch and a POST a change alone: p99 ${spread(at(0.99, references))} ms, ` +
      `${spread(references.map((reference) => reference.cores))} core`,
    aim: { text: "p99 < 50 ms, ≤ 0.1 core", met: median(p99) < 50 && median(cores) <= 0.1 },
  };
}

interface Place {
  readonly folder: string;
  readonly log: string;
  readonly url: string;
}

function startProduct({ folder, url }: Place): Measured {
  const config = join(folder, "log-monitor.json");
  const sources = { app: { paths: ["app.log"], parser: "json", from: "start" } };
  // The field carries the time of the append; port 0 because 9193 may be taken.
  const influx = { type: "influxdb", dsn: `${url}@u@p@db@ms`, fields: { sent: "sent" }, tags: {} };
  const rest = { sinks: { influx }, monitor: { port: 0 }, dataDir: "data" };
  writeFileSync(config, JSON.stringify({ sources, ...rest }));
  return measure(cli, ["run", "--config", config]);
}

/** Appends lines at the rate for so long, each with the time, to a log that `start` has a process watch. */
async function flow(bench: Bench, seconds: number, start: (place: Place) => Measured): Promise<Flow> {
  const folder = mkdtempSync(join(bench.folder, "latency-"));
  const log = join(folder, "app.log");
  writeFileSync(log, "");
  let waits: number[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const now = clock();
      for (const [, sent] of body.matchAll(/sent"?[=:]([\d.]+)/g)) waits.push(now - Number(sent));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const child = start({ folder, log, url: `http://127.0.0.1:${port}` });
  try {
    append(log);
    await until(() => waits.length > 0, { timeout: 20_000, what: "the first line to arrive" });
    const warmUp = await appendFor(log, WARM_UP_SECONDS);
    await until(() => waits.length > warmUp, { what: "the lines of the warm-up to arrive" });
    waits = [];
    const before = cpuSecondsOf(child.pid);
    const sent = await appendFor(log, seconds);
    const cores = (cpuSecondsOf(child.pid) - before) / seconds;
    await until(() => waits.length >= sent, { what: "the last lines to arrive" });
    const { peakMebibytes } = await child.stop();
    return { waits, cores, peakMebibytes };
  } finally {
    await child.stop().catch(() => {});
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function appendFor(log: string, seconds: number): Promise<number> {
  const began = performance.now();
  let sent = 0;
  while (performance.now() - began < seconds * 1000) {
    for (const due = ((performance.now() - began) / 1000) * RATE; sent < due; sent++) append(log);
    await delay(1);
  }
  return sent;
}

function append(log: string): void {
  appendFileSync(log, `${JSON.stringify({ level: "info", message: "hello", sent: clock() })}\n`);
}

/** ms since the epoch, finer than Date.now(). */
function clock(): number {
  return performance.timeOrigin + performance.now();
}
