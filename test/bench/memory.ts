import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../helpers/port.ts";
import { until } from "../helpers/until.ts";
import type { Bench } from "./bench.ts";
import { cli, generate, measure } from "./child.ts";
import { linesHandled } from "./monitor.ts";
import { cpuSecondsOf, residentMebibytesOf } from "./proc.ts";
import { median } from "./statistics.ts";
import { type Row, spread } from "./table.ts";

/** The input is appended so many lines at a time, two portions ahead of what was handled: it never waits. */
const PORTION = 50_000;
const AHEAD = 2;

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
  readonly early: number;
  readonly late: number;
}

/**
 * Row (f): resident memory of the command line, default settings and a file sink, after 1 M and after 10 M
 * lines of the same run. A heap breathes by its collections, so each is the median of many looks: during the
 * half million lines that follow the mark. The earlier mark is the reference of the later one.
 */
export async function memory(bench: Bench): Promise<Row> {
  const marks = [bench.lines / 2, bench.lines * 5] as const;
  const lines = marks[1] + marks[0] / 2;
  const runs: Run[] = [];
  for (let at = 1; at <= bench.runs; at++) {
    bench.say(`run ${at} of ${bench.runs}: memory`);
    runs.push(await watchMemory(bench.folder, marks, lines));
  }
  const early = runs.map((run) => run.early);
  const late = runs.map((run) => run.late);
  const growth = runs.map((run) => run.late - run.early);
  const whole = (value: number): string => value.toFixed(0);
  return {
    what: `(f) memory after ${inMillions(marks[0])} and ${inMillions(marks[1])} lines, with file and store`,
    linesPerSecond: runs.map(({ seconds }) => lines / seconds),
    cpuPerLine: runs.map(({ cpuSeconds }) => (cpuSeconds * 1e6) / lines),
    peakMebibytes: runs.map(({ peakMebibytes }) => peakMebibytes),
    measured: `${spread(early, whole)} → ${spread(late, whole)} MiB, growth ${spread(growth, whole)} MiB`,
    aim: { text: "no higher", met: median(growth) <= 0 },
  };
}

async function watchMemory(
  folder: string,
  marks: readonly [early: number, late: number],
  lines: number,
): Promise<Run> {
  const own = mkdtempSync(join(folder, "memory-"));
  const port = await freePort();
  const sample = join(own, "sample.log");
  await generate(sample, PORTION);
  const portion = readFileSync(sample);
  const log = join(own, "access.log");
  writeFileSync(log, "");
  const config = join(own, "log-monitor.json");
  const sources = { access: { paths: ["access.log"], parser: "nginx", from: "start" } };
  const sinks = { out: { type: "file", path: "/dev/null" } };
  writeFileSync(config, JSON.stringify({ sources, sinks, monitor: { port }, dataDir: "data" }));
  const child = measure(cli, ["run", "--config", config]);
  try {
    await until(async () => (await linesHandled(port)) === 0, { timeout: 20_000, what: "the monitor" });

    const looks: { handled: number; mebibytes: number }[] = [];
    const began = performance.now();
    let written = 0;
    for (let handled = 0; handled < lines; ) {
      for (; written < lines && written < handled + AHEAD * PORTION; written += PORTION)
        appendFileSync(log, portion);
      const last = handled;
      handled = await until(
        async () => {
          const now = await linesHandled(port);
          return now > last ? now : undefined;
        },
        { timeout: 60_000, every: 50, what: `more than ${last} lines` },
      );
      looks.push({ handled, mebibytes: residentMebibytesOf(child.pid) });
    }
    const seconds = (performance.now() - began) / 1000;
    const cpuSeconds = cpuSecondsOf(child.pid);
    const { peakMebibytes } = await child.stop();
    const after = (mark: number): number =>
      median(
        looks
          .filter(({ handled }) => handled >= mark && handled <= mark + marks[0] / 2)
          .map(({ mebibytes }) => mebibytes),
      );
    return { seconds, cpuSeconds, peakMebibytes, early: after(marks[0]), late: after(marks[1]) };
  } finally {
    await child.stop().catch(() => {});
    rmSync(own, { recursive: true, force: true });
  }
}

function inMillions(lines: number): string {
  return `${Number((lines / 1e6).toPrecision(3))} M`;
}
