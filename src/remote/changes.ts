import type { Step } from "./figures.ts";

/**
 * The first place that may hold another hit than it did; undefined: none, as far as counts tell.
 * @param before the steps of the look before; undefined: there was none
 */
export function changedFrom(before: readonly Step[] | undefined, now: readonly Step[]): number | undefined {
  if (!before) return 0;
  const width = Math.max(1, ...[...before, ...now].map((step) => step.width));
  const [old, found] = [widened(before, width), widened(now, width)];
  let place = 0;
  for (const [i, step] of found.entries()) {
    const one = old[i];
    if (one?.start !== step.start || one.count !== step.count) return place;
    place += step.count;
  }
  return found.length < old.length ? place : undefined;
}

/** The same counts in steps of one width, which is a multiple of theirs. */
function widened(steps: readonly Step[], width: number): Step[] {
  const counts = new Map<number, number>();
  for (const { start, count } of steps) {
    const at = Math.floor(start / width) * width;
    counts.set(at, (counts.get(at) ?? 0) + count);
  }
  return [...counts].map(([start, count]) => ({ start, width, count }));
}
