import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openReader } from "../../src/store/reader.ts";
import { metricsOf } from "../bench/monitor.ts";
import { freePort } from "../helpers/port.ts";
import { until } from "../helpers/until.ts";
import { createAccount } from "./account.ts";
import { createSoakLog, LINE_BYTES } from "./log.ts";
import type { SoakOptions } from "./options.ts";
import { checkOutput } from "./output.ts";
import { startPoints } from "./points.ts";
import { type Outcome, report } from "./report.ts";
import { look, type Sample } from "./watch.ts";

const cli = resolve(import.meta.dirname, "../../dist/cli.js");
const TICK = 20;
const TELL_EVERY = 10;
const CHECK_OUTPUT_EVERY = 5;
/** How long (ms) the sinks may take for what is left at the end. */
const PATIENCE = 120_000;
/** Of the store, which is bounded, so many of the last lines are looked at. */
const LAST = 200_000;

/** Writes and rotates logs at a steady rate under the command line, and accounts for every line. */
export async function steady(options: SoakOptions): Promise<boolean> {
  const { minutes, rate, files, every } = options;
  const folder = mkdtempSync(join(tmpdir(), "log-monitor-soak-"));
  const out = join(folder, "out.ndjson");
  const linesPerSecond = (rate * 1e6) / LINE_BYTES;
  const most = Math.ceil(linesPerSecond * (minutes * 60 + 60));
  const posted = createAccount(most);
  const kept = createAccount(most);
  const server = await startPoints(posted);
  const port = await freePort();
  mkdirSync(join(folder, "logs"));
  writeFileSync(join(folder, "log-monitor.json"), JSON.stringify(configuration(server.url, port)));
  const child = spawn(process.execPath, [cli, "run"], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-4000);
  });
  const exited = once(child, "exit");
  const killed = (): void => void child.kill("SIGKILL");
  process.once("exit", killed);
  const running = (): boolean => child.exitCode === null && child.signalCode === null;

  const logs = Array.from({ length: files }, (_, at) => {
    const name = String.fromCharCode("a".charCodeAt(0) + at);
    return createSoakLog(join(folder, "logs", `${name}.log`), name);
  });
  const samples: Sample[] = [];
  let written = 0;

  /** Writes until the time is up; a rotation of each file is due every so often, one after the other. */
  const write = async (end: number): Promise<void> => {
    const began = performance.now();
    let rotations = 0;
    while (running()) {
      const seconds = (performance.now() - began) / 1000;
      if (seconds >= end) return;
      const due = Math.floor(seconds * linesPerSecond) - written;
      for (const log of logs) written += log.write(written, Math.ceil(due / files));
      if (seconds * files >= (rotations + 1) * every) {
        const log = logs[rotations++ % files];
        log?.rotate();
        log?.prune(posted.below);
      }
      await delay(TICK);
    }
  };
  const observe = async (signal: AbortSignal): Promise<void> => {
    const began = performance.now();
    for (let second = 1; !signal.aborted && running(); second++) {
      await delay(Math.max(0, second * 1000 - (performance.now() - began)));
      const known = { at: second, written, delivered: posted.lines };
      const sample = await look(child.pid ?? 0, port, known).catch(() => undefined);
      if (!sample) continue;
      if (samples.length % TELL_EVERY === 0) report.tell(sample, samples.at(-TELL_EVERY));
      samples.push(sample);
    }
  };
  const checkOutputs = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await delay(CHECK_OUTPUT_EVERY * 1000);
      await checkOutput(out, kept, !signal.aborted);
    }
  };

  try {
    await until(() => metricsOf(port).then(() => true), { timeout: 30_000, what: "the collector" });
    const writing = new AbortController();
    report.head();
    const observing = observe(writing.signal);
    const checking = checkOutputs(writing.signal);
    await write(minutes * 60);
    const stoppedAt = performance.now();
    await until(() => posted.below >= written || !running(), {
      timeout: PATIENCE,
      every: 100,
      what: `all of ${written} lines, ${posted.lines} arrived`,
    }).catch((error) => console.log(String(error)));
    const tail = (performance.now() - stoppedAt) / 1000;
    writing.abort();
    await Promise.all([observing, checking]);
    const stored = async (): Promise<number> =>
      (await metricsOf(port))("sink_delivered_records_total").get("store") ?? 0;
    await until(async () => (await stored()) >= written, { timeout: PATIENCE }).catch(() => {});
    const inStore = await stored();
    child.kill("SIGTERM");
    const [code] = await exited;
    await checkOutput(out, kept, false);
    const outcome: Outcome = {
      options,
      written,
      tail,
      code,
      rotations: logs.reduce((sum, log) => sum + log.rotations, 0),
      posted,
      kept,
      stored: inStore,
      lastStored: lastStored(join(folder, ".log-monitor"), written),
      samples,
    };
    const good = report.end(outcome);
    if (!good) console.log(said);
    return good;
  } finally {
    killed();
    process.removeListener("exit", killed);
    for (const log of logs) log.close();
    server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function configuration(url: string, port: number): unknown {
  return {
    sources: { logs: { paths: ["logs/*.log*"], parser: "json", from: "start" } },
    sinks: {
      out: { type: "file", path: "out.ndjson" },
      influx: {
        type: "influxdb",
        url,
        database: "soak",
        measurement: "m",
        tags: { log: "log" },
        fields: { n: { from: "n", type: "integer" } },
      },
    },
    store: { maxBytes: "256MiB" },
    monitor: { port },
  };
}

/** How many of the last lines the store holds exactly once. */
function lastStored(dataDir: string, written: number): { readonly held: number; readonly of: number } {
  const of = Math.min(LAST, written);
  const reader = openReader(dataDir);
  const account = createAccount(written);
  for (const { fields } of reader.iterate({ limit: of, order: "newest" })) account.note(Number(fields.n), 0);
  reader.close();
  return { held: account.lines - account.repeated, of };
}
