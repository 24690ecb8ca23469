import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../helpers/until.ts";
import type { Bench } from "./bench.ts";
import { type Seen, watchFor } from "./seen.ts";
import { percentile } from "./statistics.ts";
import { type Row, spread } from "./table.ts";
import { openLogWindow, watchedLog } from "./window.ts";
import { write } from "./writer.ts";

/** Lines a second that are written while the view is looked at, and for how long (ms). */
const RATE = 50_000;
const LOOK = 15_000;

interface Looks {
  readonly following: Seen;
  readonly reading: Seen;
  /** Lines a second that were written. */
  readonly reached: number;
}

/**
 * Row (k): the log view of a real window while a log grows by 50,000 lines a second: first as it follows the end,
 * then scrolled up.
 */
export async function frames(bench: Bench): Promise<Row[]> {
  const { megabytes, lines } = bench;
  const runs: Looks[] = [];
  for (let run = 1; run <= bench.runs; run++) {
    bench.say(`run ${run} of ${bench.runs}: frames of the log view`);
    runs.push(await look(mkdtempSync(join(bench.folder, "frames-")), (megabytes * 1e6) / lines));
  }
  const row = (what: string, of: (run: Looks) => Seen): Row => {
    const seen = runs.map(of);
    const at = (which: keyof Seen, p: number) => seen.map((one) => percentile(one[which], p));
    const told = (values: readonly number[]) => spread(values, (value) => value.toFixed(1));
    return {
      what: `(k) log view while 50,000 lines/s come, ${what}`,
      linesPerSecond: runs.map(({ reached }) => reached),
      measured:
        `frames: p50 ${told(at("frames", 0.5))} ms, p99 ${told(at("frames", 0.99))} ms; ` +
        `delay of the page's main thread: p50 ${told(at("delays", 0.5))} ms, p99 ${told(at("delays", 0.99))} ms`,
    };
  };
  return [
    row("following the end", ({ following }) => following),
    row("scrolled up", ({ reading }) => reading),
  ];
}

/** @param bytes of a line, on average */
async function look(folder: string, bytes: number): Promise<Looks> {
  const path = watchedLog(folder);
  writeFileSync(path, "");
  const { workbench, page } = await openLogWindow(folder);
  try {
    const writer = write(path, RATE, bytes);
    try {
      const rows = page.locator(".body .row");
      await until(async () => (await rows.count()) > 10, { timeout: 60_000, what: "rows of the log" });
      const following = await watchFor(page, LOOK);
      await page.getByRole("grid", { name: "Log lines" }).hover();
      for (let turn = 0; turn < 10; turn++) await workbench.page.mouse.wheel(0, -400);
      const reading = await watchFor(page, LOOK);
      const reached = writer.reached();
      if (reached < 0.9 * RATE) throw new Error(`only ${reached.toFixed(0)} lines a second were written`);
      return { following, reading, reached };
    } finally {
      await writer.stop();
    }
  } finally {
    await workbench.stop();
  }
}
