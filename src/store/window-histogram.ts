import { CLASSES, type Hits } from "./window-hits.ts";

/** Widths of steps in ms, each a multiple of those before it. */
const STEPS = [
  1, 5, 10, 50, 100, 500, 1_000, 5_000, 15_000, 30_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000,
  10_800_000, 21_600_000, 43_200_000, 86_400_000, 604_800_000,
];

export interface Histogram {
  /** Start of the first step, ms since the epoch, and the width of each. */
  readonly start: number;
  readonly step: number;
  /** Counts of each class (see CLASSES), step by step; classes without any are empty. */
  readonly classes: readonly (readonly number[])[];
}

/**
 * The narrowest step that cuts a span of time (ms) into at most `points`; for very long ones whole weeks, of which
 * there may be one more: a span of any length can lie on both sides of where they meet.
 */
export function stepFor(from: number, until: number, points: number): number {
  const fits = STEPS.find((step) => Math.floor(until / step) - Math.floor(from / step) < points);
  if (fits !== undefined) return fits;
  const widest = STEPS.at(-1) ?? 1;
  return widest * Math.ceil((until - from) / widest / Math.max(1, points - 1));
}

/**
 * Adds up what was counted in steps of `base` ms, in at most about `points` steps over a span. Hits outside of
 * the span, which came after it was asked for, widen it: none is left out.
 */
export function histogramOf(
  all: Iterable<Hits>,
  base: number,
  [from, until]: readonly [from: number, until: number],
  points: number,
): Histogram {
  const found = [...all].filter(({ count }) => count > 0);
  let [first, last] = [from, until];
  for (const { minTime, maxTime } of found) {
    first = Math.min(first, minTime);
    last = Math.max(last, maxTime);
  }
  // A multiple of the base in any case, so that no counted step falls apart.
  const step = Math.ceil(Math.max(base, stepFor(first, last, points)) / base) * base;
  const start = Math.floor(first / step);
  const length = Math.floor(last / step) - start + 1;
  const classes = Array.from({ length: CLASSES }, (): number[] => []);
  for (const { steps, counts } of found) {
    for (const [i, counted] of steps.entries()) {
      const at = Math.floor((counted * base) / step) - start;
      for (let kind = 0; kind < CLASSES; kind++) {
        const count = counts[i * CLASSES + kind] ?? 0;
        if (count === 0) continue;
        const column = classes[kind] as number[];
        if (column.length === 0) column.length = length;
        column[at] = (column[at] ?? 0) + count;
      }
    }
  }
  return { start: start * step, step, classes: classes.map((column) => Array.from(column, (n) => n ?? 0)) };
}
