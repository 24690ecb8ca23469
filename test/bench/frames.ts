import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { follow, RATE, read } from "./looks.ts";
import { type Seen, toldOf } from "./seen.ts";
import { median, percentile } from "./statistics.ts";
import type { Row } from "./table.ts";
import { openLogWindow, watchedLog } from "./window.ts";
import { whileWriting } from "./writer.ts";

/** What 99 of 100 frames may take at most, in ms: as of row (n), which has an old store below. */
const AIM = 50;

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
  const row = (what: string, of: (run: Looks) => Seen): Row => ({
    what: `(k) log view while 50,000 lines/s come, ${what}`,
    linesPerSecond: runs.map(({ reached }) => reached),
    measured: toldOf(runs.map(of), [0.5, 0.99]),
    aim: {
      text: `frames p99 ≤ ${AIM} ms`,
      met: median(runs.map((run) => percentile(of(run).frames, 0.99))) <= AIM,
    },
  });
  return [
    row("following the end", ({ following }) => following),
    row("scrolled up", ({ reading }) => reading),
  ];
}

/** @param bytes of a line, on average */
async function look(folder: string, bytes: number): Promise<Looks> {
  const path = watchedLog(folder);
  writeFileSync(path, "");
  const opened = await openLogWindow(folder);
  try {
    return await whileWriting({ path, rate: RATE, least: 0.9 * RATE, bytes }, async (reached) => {
      const following = await follow(opened);
      const reading = await read(opened);
      return { following, reading, reached: reached() };
    });
  } finally {
    await opened.workbench.stop();
  }
}
