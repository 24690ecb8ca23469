import { median } from "../bench/statistics.ts";
import type { Account } from "./account.ts";
import { LINE_BYTES } from "./log.ts";
import type { SoakOptions } from "./options.ts";
import { riseOf, type Sample } from "./watch.ts";

export interface Outcome {
  readonly options: SoakOptions;
  readonly written: number;
  /** Seconds from the last line written to its arrival. */
  readonly tail: number;
  readonly code: number | null;
  readonly rotations: number;
  /** What the HTTP server and the file sink's output hold, and how many records the store was given. */
  readonly posted: Account;
  readonly kept: Account;
  readonly stored: number;
  readonly lastStored: { readonly held: number; readonly of: number };
  readonly samples: readonly Sample[];
}

/** Memory that rises by more than this share, or handles by more than so many, is not flat. */
const FLAT_SHARE = 0.1;
const FLAT_HANDLES = 8;
/** Below this many seconds a run warms up only: nothing is said of what rises. */
const WARM = 180;

const COLUMNS = ["s", "MB/s written", "MB/s delivered", "lag", "RSS MiB", "handles", "spool MB"];
export const row = (cells: readonly (string | number)[]): void => console.log(`| ${cells.join(" | ")} |`);

/** Whether memory and handles rose in a run of seconds, in words. */
export function flatness<T extends { readonly at: number }>(
  samples: readonly T[],
  memoryOf: (sample: T) => number,
  handlesOf: (sample: T) => number | undefined,
): "nothing grew" | "IT GREW" | "too short to tell growth" {
  if ((samples.at(-1)?.at ?? 0) < WARM) return "too short to tell growth";
  const memory = riseOf(samples, memoryOf) <= median(samples.map(memoryOf)) * FLAT_SHARE;
  return memory && riseOf(samples, handlesOf) <= FLAT_HANDLES ? "nothing grew" : "IT GREW";
}

export const report = {
  head(): void {
    row(COLUMNS);
    row(COLUMNS.map(() => "---:"));
  },
  tell(now: Sample, before: Sample | undefined): void {
    const seconds = now.at - (before?.at ?? 0);
    const pace = (of: "written" | "delivered"): string =>
      (((now[of] - (before?.[of] ?? 0)) * LINE_BYTES) / seconds / 1e6).toFixed(1);
    row([
      now.at,
      pace("written"),
      pace("delivered"),
      now.lag,
      now.memory.toFixed(0),
      now.handles ?? "-",
      now.spool.toFixed(1),
    ]);
  },
  /** Prints the table for the record. @returns whether all lines are there once, and nothing grew */
  end({
    options,
    written,
    tail,
    code,
    rotations,
    posted,
    kept,
    stored,
    lastStored,
    samples,
  }: Outcome): boolean {
    const memory = riseOf(samples, (sample) => sample.memory);
    const handles = riseOf(samples, (sample) => sample.handles);
    const once = (account: Account): string =>
      `${account.lines} of ${written}, ${account.repeated} repeated, ${account.replayed} replayed`;
    console.log("");
    row(["soak", `${options.minutes} min at ${options.rate} MB/s, ${options.files} files`]);
    row(["---", "---"]);
    row(["rotations, each file every", `${rotations}, ${options.every} s`]);
    row(["lines written", written]);
    row(["HTTP sink", once(posted)]);
    row(["file sink", once(kept)]);
    row(["store: records given; last lines held once", `${stored}; ${lastStored.held} of ${lastStored.of}`]);
    row(["last line arrived after", `${tail.toFixed(1)} s`]);
    row(["most lag", `${Math.max(0, ...samples.map(({ lag }) => lag))} records`]);
    row([
      "RSS: median, rise from 20 % to the end",
      `${median(samples.map((one) => one.memory)).toFixed(0)} MiB, ${memory.toFixed(1)} MiB`,
    ]);
    row([
      "handles: last, rise from 20 % to the end",
      `${samples.at(-1)?.handles ?? "-"}, ${handles.toFixed(1)}`,
    ]);
    row(["exit code", code ?? "-"]);
    const whole = [posted, kept].every((one) => one.lines === written && one.repeated === 0);
    const good = whole && stored === written && lastStored.held === lastStored.of && code === 0;
    const growth = flatness(
      samples,
      (sample) => sample.memory,
      (sample) => sample.handles,
    );
    console.log(`\n${good ? "every line once" : "LINES ARE MISSING OR REPEATED"}; ${growth}`);
    return good && growth !== "IT GREW";
  },
};
