import type { Reporter, Result } from "./tally.ts";

type Told = Parameters<Reporter["result"]>[0];

/** What one file of tests came to. */
export interface Outcome {
  readonly part: string;
  /** Runs it once more, and tells another reporter. */
  run(reporter: Reporter): Promise<void>;
  results: Told[];
  /** What failed before all of it passed when it was run again. */
  flaky?: readonly Told[];
}

/** More files than these do not fail by chance. */
const MOST = 2;

/**
 * Runs what failed once more, alone, with nothing else on the machine. Where all of it passes then, its first failures
 * are `flaky`: told of at the end, to be mended, but no verdict on the change. Only for the parts named: a window
 * shares its machine with a dozen others and is driven by clicks. A line that was lost once in a hundred runs is lost,
 * so a test of what becomes of lines is never run again; nor is anything while more than two files failed.
 */
export async function runAgain(
  outcomes: readonly Outcome[],
  parts: readonly string[],
  say: Reporter["say"],
): Promise<void> {
  const failed = outcomes.filter(({ results }) => results.some(isFailure));
  if (failed.length > MOST || !failed.every(({ part }) => parts.includes(part))) return;
  for (const outcome of failed) {
    const first = outcome.results.filter(isFailure);
    say(`once more, alone: ${[...new Set(first.map(({ file }) => file))].join(", ")}`);
    const results: Told[] = [];
    await outcome.run({ result: (result) => results.push(result), say });
    const passed = (of: readonly Told[]): number => of.filter((one) => one.outcome === "passed").length;
    if (results.some(isFailure) || passed(results) <= passed(outcome.results)) continue;
    outcome.results = results;
    outcome.flaky = first;
  }
}

function isFailure({ outcome }: Pick<Result, "outcome">): boolean {
  return outcome === "failed";
}
