import type { Column } from "./column.ts";

/** A run of steps in one state. */
export interface Run {
  readonly state: number;
  /** Places of the first step and of the one after the last. */
  readonly from: number;
  readonly to: number;
}

/** What a strip is made of, without the steps of which nothing is known. */
export function runsOf(column: Column): readonly Run[] {
  const runs: { state: number; from: number; to: number }[] = [];
  for (const [at, state] of column.entries()) {
    const last = runs.at(-1);
    if (state === null) continue;
    if (last?.state === state && last.to === at) last.to = at + 1;
    else runs.push({ state, from: at, to: at + 1 });
  }
  return runs;
}
