import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../helpers/port.ts";
import { until } from "../helpers/until.ts";
import type { Bench } from "./bench.ts";
import { cli, measure, script } from "./child.ts";
import { linesHandled } from "./monitor.ts";
import { cpuSecondsOf } from "./proc.ts";
import { median } from "./statistics.ts";
import { type Row, spread } from "./table.ts";

const FILES = 1_000;
const SECONDS = 30;
/**
 * Not counted: what is measured is watching, so the first reads must be written and their garbage gone. Longer
 * than the ten seconds between two sweeps over all files, of which three fall into the time measured.
 */
const SETTLE_SECONDS = 12;

interface Run {
  readonly cpuSeconds: number;
  readonly referenceSeconds: number;
  readonly peakMebibytes: number;
}

/**
 * Row (e): CPU of the command line, default settings, store and monitor included, that watches 1,000 files in
 * which nothing happens. Each run has its files, and beside it its reference, one `fs.watch`. All runs go at
 * the same time: together they take a few hundredths of a core.
 */
export async function idle(bench: Bench): Promise<Row> {
  bench.say(`${bench.runs} runs at once: idle`);
  const runs = await Promise.all(Array.from({ length: bench.runs }, () => watchIdle(bench.folder)));
  const used = runs.map(({ cpuSeconds }) => cpuSeconds);
  const least = runs.map(({ referenceSeconds }) => referenceSeconds);
  const seconds = (value: number): string => value.toFixed(2);
  return {
    what: `(e) watching ${FILES} idle files for ${SECONDS} s, default settings`,
    peakMebibytes: runs.map(({ peakMebibytes }) => peakMebibytes),
    measured: `${spread(used, seconds)} CPU-s; one fs.watch alone: ${spread(least, seconds)} CPU-s`,
    aim: { text: "< 0.2 CPU-s", met: median(used) < 0.2 },
  };
}

async function watchIdle(folder: string): Promise<Run> {
  const own = mkdtempSync(join(folder, "idle-"));
  const logs = join(own, "logs");
  mkdirSync(logs);
  for (let file = 0; file < FILES; file++) writeFileSync(join(logs, `${file}.log`), "a line\n");
  const config = join(own, "log-monitor.json");
  const port = await freePort();
  const sources = { all: { paths: ["logs/*.log"], parser: "plain", from: "start" } };
  writeFileSync(config, JSON.stringify({ sources, monitor: { port }, dataDir: "data" }));
  const child = measure(cli, ["run", "--config", config]);
  const reference = measure(script("./reference-idle.ts"), [logs]);
  try {
    await until(async () => (await linesHandled(port)) === FILES, {
      timeout: 60_000,
      every: 200,
      what: "the first reads to end",
    });
    await delay(SETTLE_SECONDS * 1000);
    const before = { own: cpuSecondsOf(child.pid), reference: cpuSecondsOf(reference.pid) };
    await delay(SECONDS * 1000);
    const cpuSeconds = cpuSecondsOf(child.pid) - before.own;
    const referenceSeconds = cpuSecondsOf(reference.pid) - before.reference;
    await reference.stop();
    const { peakMebibytes } = await child.stop();
    return { cpuSeconds, referenceSeconds, peakMebibytes };
  } finally {
    await Promise.allSettled([child.stop(), reference.stop()]);
    rmSync(own, { recursive: true, force: true });
  }
}
