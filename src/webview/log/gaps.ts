const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Round lengths (ms), so that the bound stays the same while lines come. */
const LADDER = [
  SECOND,
  5 * SECOND,
  15 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  6 * HOUR,
  24 * HOUR,
  7 * 24 * HOUR,
];
/** A gap is so many times as long as lines are apart on the whole. */
const TIMES = 20;

/** From how long on (ms) a time without a line is a gap, for so many lines within `span` ms. */
export function gapFor(span: number, count: number): number {
  const usual = (span / Math.max(1, count)) * TIMES;
  return LADDER.find((step) => step >= usual) ?? Number.POSITIVE_INFINITY;
}

/** Seconds between two lines, with what lies below a millisecond. */
export function secondsBetween(
  before: { readonly time: number; readonly nanos: number },
  after: { readonly time: number; readonly nanos: number },
): number {
  return ((after.time - before.time) * 1e6 + after.nanos - before.nanos) / 1e9;
}
