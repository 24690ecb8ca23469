import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { fillStore, RATE } from "./filled-store.ts";
import type { Delays } from "./host/index.ts";
import { type Look, lookOver, type RetainedLooks } from "./retained-looks.ts";
import { toldOf } from "./seen.ts";
import { median, percentile } from "./statistics.ts";
import { toldOfTimes } from "./strokes.ts";
import { type Row, spread } from "./table.ts";

/** So much that nothing is dropped. */
const MAX_BYTES = 8 * 2 ** 30;
/** What 99 of 100 frames may take at most, and turns of the extension host's main thread may be late, in ms. */
const AIM = 50;

/**
 * Row (n): rows (i), (k) and (l) at once: the log view of a real window over a store of five times `lines` records
 * while 50,000 lines a second come, as it follows the end, is scrolled up, goes all over the old lines and searches.
 */
export async function retained(bench: Bench): Promise<Row[]> {
  const records = bench.lines * 5;
  const bytes = (bench.megabytes * 1e6) / bench.lines;
  const past = mkdtempSync(join(bench.folder, "retained-"));
  bench.say(`a store of ${records} records`);
  const began = Date.now() - (records / RATE) * 1000;
  await fillStore(past, records, { maxBytes: MAX_BYTES, began, source: "app" });
  const runs: RetainedLooks[] = [];
  for (let run = 1; run <= bench.runs; run++) {
    bench.say(`run ${run} of ${bench.runs}: the log view over ${records} records`);
    const folder = mkdtempSync(join(bench.folder, "over-"));
    const dataDir = mkdtempSync(join(bench.folder, "data-"));
    cpSync(past, dataDir, { recursive: true });
    runs.push(await lookOver({ folder, dataDir, records, maxBytes: MAX_BYTES, bytes }));
    for (const used of [folder, dataDir]) rmSync(used, { recursive: true, maxRetries: 5 });
  }
  const told = (of: (run: RetainedLooks) => number, digits: number) =>
    spread(runs.map(of), (value) => value.toFixed(digits));
  const times = (of: (run: RetainedLooks) => readonly number[]) => toldOfTimes(runs.map(of)).measured;
  const row = (doing: string, of: (run: RetainedLooks) => Look, more = ""): Row => {
    const delays = (which: keyof Delays) => `${told((run) => of(run).host[which], 1)} ms`;
    const frames = median(runs.map((run) => percentile(of(run).frames, 0.99)));
    const host = median(runs.map((run) => of(run).host.p99));
    return {
      what: `(n) log view over ${Number((records / 1e6).toPrecision(3))} M records, 50,000 lines/s, ${doing}`,
      linesPerSecond: runs.map(({ reached }) => reached),
      measured:
        `${toldOf(runs.map(of), [0.5, 0.99])}; of the extension host's: ` +
        `p50 ${delays("p50")}, p99 ${delays("p99")}, worst ${delays("max")}${more}; ` +
        `the store is ${told((run) => of(run).behind, 1)} s behind then`,
      aim: { text: `frames p99 ≤ ${AIM} ms, host p99 < ${AIM} ms`, met: frames <= AIM && host < AIM },
    };
  };
  return [
    row("following the end", ({ following }) => following),
    row("scrolled up", ({ reading }) => reading),
    row(
      "going all over the old lines",
      ({ wandering }) => wandering,
      `; from a jump of the scroll bar to its lines: ${times(({ wandering }) => wandering.jumps)}`,
    ),
    row(
      "a word typed",
      ({ typing }) => typing,
      `; from a key to its first counts: ${times(({ typing }) => typing.first)}, ` +
        `to those of all lines: ${times(({ typing }) => typing.all)}`,
    ),
    {
      what: "in the store at the end",
      measured: `${told(({ retained }) => retained / 1e6, 2)} M records`,
    },
  ];
}
