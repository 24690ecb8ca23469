import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { BEGAN } from "../store/records.ts";
import type { Bench } from "./bench.ts";
import { script } from "./child.ts";
import { fillStore, RATE } from "./filled-store.ts";
import { median } from "./statistics.ts";
import { type Row, spread } from "./table.ts";

interface Timed {
  readonly first: number;
  readonly all: number;
  readonly count: number;
}

interface Run {
  readonly everything: Timed;
  readonly promoted: Timed;
  readonly rare: Timed;
  readonly common: Timed;
  readonly keys: readonly number[];
}

/** What `accessRecords` has of each search; a first page of everything is there at once. */
function check({ everything, promoted, rare, common }: Run, records: number): void {
  const numbers = Array.from({ length: records }, (_, n) => n);
  const found = [everything, promoted, rare, common].map(({ count }) => count);
  const is = [
    records,
    numbers.filter((n) => n % 10 === 0 && n % 50 !== 0).length,
    records > 1_234_567 ? 1 : 0,
    numbers.filter((n) => n % 97 === 5 || Math.floor((n % 97) / 10) === 5).length,
  ];
  if (found.join() !== is.join()) throw new Error(`${found.join(", ")} were found of ${is.join(", ")}`);
}

/**
 * Row (i): searches of the log view in a store of five times `lines` records of the nginx format, each from
 * nothing but what the system keeps of files; then the keys of a word, typed over the newest tenth.
 */
export async function search(bench: Bench): Promise<Row[]> {
  const records = bench.lines * 5;
  const dataDir = mkdtempSync(join(bench.folder, "search-"));
  bench.say(`a store of ${records} records`);
  await fillStore(dataDir, records, { maxBytes: 2 ** 40, began: BEGAN });
  const since = BEGAN + ((records * 0.9) / RATE) * 1000;
  const runs: Run[] = [];
  for (let at = 1; at <= bench.runs; at++) {
    bench.say(`run ${at} of ${bench.runs}: searches`);
    const args = [script("search-run.ts"), dataDir, String(since)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 20 });
    const run = JSON.parse(stdout) as Run;
    check(run, records);
    runs.push(run);
  }
  rmSync(dataDir, { recursive: true, maxRetries: 5 });
  const row = (what: string, aim: number, of: (run: Run) => number): Row => {
    const times = runs.map(of);
    const measured = `${spread(times, (value) => value.toFixed(0))} ms`;
    return { what: `(i) ${what}`, measured, aim: { text: `< ${aim} ms`, met: median(times) < aim } };
  };
  const many = `${(records / 1e6).toFixed(0)} M records`;
  return [
    row(`log view, ${many}: first page`, 300, ({ everything }) => everything.first),
    row("histogram and count of all", 500, ({ everything }) => everything.all),
    row("count of status:404", 500, ({ promoted }) => promoted.all),
    row("count of a word in one line", 2000, ({ rare }) => rare.all),
    row("count of a word in one line of nine", 2000, ({ common }) => common.all),
    row("slowest key of a word over the newest tenth", 100, ({ keys }) => Math.max(...keys)),
  ];
}
