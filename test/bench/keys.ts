import { mkdtempSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { generate } from "./child.ts";
import { median } from "./statistics.ts";
import { type Strokes, toldOfTimes, typeWord } from "./strokes.ts";
import type { Row } from "./table.ts";
import { linesShown, openLogWindow, watchedLog } from "./window.ts";
import { whileWriting } from "./writer.ts";

/** Lines that are in the store, and lines a second that come while keys are typed. */
const LINES = 1_000_000;
const RATE = 5_000;

/**
 * Row (l): a word is typed into the query box of a real window over a million lines, while others come: from each
 * key to the first counts of what it finds and to those of all, as they stand on the page.
 */
export async function keys(bench: Bench): Promise<Row[]> {
  const runs: Strokes[] = [];
  for (let run = 1; run <= bench.runs; run++) {
    bench.say(`run ${run} of ${bench.runs}: keys in the log view`);
    runs.push(await type(mkdtempSync(join(bench.folder, "keys-"))));
  }
  const row = (what: string, of: (strokes: Strokes) => readonly number[]): Row => {
    const { slowest, measured } = toldOfTimes(runs.map(of));
    return {
      what: `(l) ${what}, over 1 M lines while 5,000 lines/s come`,
      measured,
      aim: { text: "< 100 ms", met: median(slowest) < 100 },
    };
  };
  return [
    row("from a key to its first counts on the page", ({ first }) => first),
    row("from a key to the counts of all lines", ({ all }) => all),
  ];
}

async function type(folder: string): Promise<Strokes> {
  const path = watchedLog(folder);
  await generate(path, LINES);
  const { workbench, page } = await openLogWindow(folder);
  try {
    await linesShown(page, LINES);
    const bytes = statSync(path).size / LINES;
    return await whileWriting({ path, rate: RATE, least: 0.8 * RATE, bytes }, async () => {
      await linesShown(page, LINES + RATE);
      return typeWord(page);
    });
  } finally {
    await workbench.stop();
  }
}
