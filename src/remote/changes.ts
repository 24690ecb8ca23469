import type { Step } from "./figures.ts";

/**
 * The first place that may hold another hit than it did; undefined: none, as far as counts tell.
 * @param before the steps of the look before; undefined: there was none
 */
export function changedFrom(before: readonly Step[] | undefined, now: readonly Step[]): number | undefined {
  if (!before) return 0;
  let place = 0;
  for (const [i, step] of now.entries()) {
    const one = before[i];
    if (!one || one.start !== step.start || one.width !== step.width) return place;
    if (one.count !== step.count) return place;
    place += step.count;
  }
  return now.length < before.length ? place : undefined;
}
