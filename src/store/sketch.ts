import type { Reader, Writer } from "./varint.ts";

/**
 * DDSketch: quantiles of numbers from 0 on with a relative error of at most 1 %, in little memory, that can
 * be merged without losing that bound. Source: Masson, Rim, Lee, "DDSketch: A Fast and Fully-Mergeable
 * Quantile Sketch with Relative-Error Guarantees", PVLDB 12(12), 2019, doi:10.14778/3352063.3352135.
 */
export const ACCURACY = 0.01;

const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const PER_LOG = 1 / Math.log(GAMMA);

/** What lies below counts as zero, what lies above as the greatest: 2,417 buckets at most. */
const LEAST = 1e-9;
export const GREATEST = 1e12;
const FIRST = Math.ceil(Math.log(LEAST) * PER_LOG);
/** Buckets made at each end beyond the one that was asked for, so that growing is rare. */
const SPARE = 32;

/** Numbers that were seen, as counts of buckets. Plain data: the functions below are its only users. */
export interface Sketch {
  count: number;
  sum: number;
  /** Exact; Infinity and −Infinity when empty. */
  min: number;
  max: number;
  zeros: number;
  /** Bucket i, of the values in (γ^(i−1), γ^i], is `counts[i - low]`. */
  low: number;
  counts: Float64Array;
}

/** Never written to: what grows gets another. */
const NONE = new Float64Array(0);

export function createSketch(): Sketch {
  return {
    count: 0,
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    zeros: 0,
    low: 0,
    counts: NONE,
  };
}

/** Counts a value; one that is negative, infinite or no number is not taken. */
export function addTo(sketch: Sketch, value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) return;
  sketch.count++;
  sketch.sum += value;
  if (value < sketch.min) sketch.min = value;
  if (value > sketch.max) sketch.max = value;
  if (value < LEAST) {
    sketch.zeros++;
    return;
  }
  const index = Math.ceil(Math.log(Math.min(value, GREATEST)) * PER_LOG);
  const at = index - sketch.low;
  if (at < 0 || at >= sketch.counts.length) reach(sketch, index, index);
  sketch.counts[index - sketch.low] = (sketch.counts[index - sketch.low] ?? 0) + 1;
}

/** Adds all that `from` counted to `sketch`, as if the values had been added one by one. */
export function mergeInto(sketch: Sketch, from: Sketch): void {
  if (from.count === 0) return;
  sketch.count += from.count;
  sketch.sum += from.sum;
  sketch.min = Math.min(sketch.min, from.min);
  sketch.max = Math.max(sketch.max, from.max);
  sketch.zeros += from.zeros;
  if (from.counts.length === 0) return;
  reach(sketch, from.low, from.low + from.counts.length - 1);
  const shift = from.low - sketch.low;
  for (let i = 0; i < from.counts.length; i++) {
    sketch.counts[i + shift] = (sketch.counts[i + shift] ?? 0) + (from.counts[i] ?? 0);
  }
}

/** The value of rank q·(count − 1), q from 0 to 1, within 1 %; NaN when empty. */
export function quantileOf(sketch: Sketch, q: number): number {
  if (sketch.count === 0) return Number.NaN;
  const rank = q * (sketch.count - 1);
  if (rank <= 0) return sketch.min;
  if (rank >= sketch.count - 1) return sketch.max;
  let seen = sketch.zeros;
  if (seen > rank) return sketch.min;
  for (let i = 0; i < sketch.counts.length; i++) {
    seen += sketch.counts[i] ?? 0;
    if (seen > rank) {
      const middle = (2 * GAMMA ** (i + sketch.low)) / (GAMMA + 1);
      return Math.min(sketch.max, Math.max(sketch.min, middle));
    }
  }
  return sketch.max;
}

/** Buckets of a band: each reaches 1.43 times as far as the one below. */
const BAND = 18;

/** How many of the numbers lie in each band that has any: those of (`low`, `high`], of 0 alone when both are 0. */
export interface Band {
  /** Rises with the values; the same in all sketches. */
  readonly band: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Bands, from the lowest up; their counts add up to the sketch's. */
export function bandsOf(sketch: Sketch): Band[] {
  const bands: Band[] = [];
  if (sketch.zeros > 0) {
    bands.push({ band: Math.floor(FIRST / BAND) - 1, low: 0, high: 0, count: sketch.zeros });
  }
  let open = Number.NaN;
  for (let i = 0; i < sketch.counts.length; i++) {
    const count = sketch.counts[i] ?? 0;
    if (count === 0) continue;
    const band = Math.floor((i + sketch.low) / BAND);
    const last = bands.at(-1);
    if (band === open && last) bands[bands.length - 1] = { ...last, count: last.count + count };
    else bands.push({ band, low: edgeOf(band), high: edgeOf(band + 1), count });
    open = band;
  }
  return bands;
}

const edgeOf = (band: number) => GAMMA ** (band * BAND - 1);

/** About two bytes a bucket in use, and 26 more. */
export function writeSketch(sketch: Sketch, to: Writer): void {
  to.whole(sketch.count);
  if (sketch.count === 0) return;
  to.double(sketch.sum);
  to.double(sketch.min);
  to.double(sketch.max);
  to.whole(sketch.zeros);
  const used = sketch.counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  to.whole(used);
  if (used === 0) return;
  let before = sketch.counts.findIndex((count) => count > 0);
  to.whole(before + sketch.low - FIRST);
  to.whole(sketch.counts.findLastIndex((count) => count > 0) - before);
  for (let i = before; i < sketch.counts.length; i++) {
    const count = sketch.counts[i] ?? 0;
    if (count === 0) continue;
    to.whole(i - before);
    to.whole(count);
    before = i;
  }
}

/** Adds what `writeSketch` wrote of another sketch. */
export function readInto(sketch: Sketch, from: Reader): void {
  const count = from.whole();
  if (count === 0) return;
  sketch.count += count;
  sketch.sum += from.double();
  sketch.min = Math.min(sketch.min, from.double());
  sketch.max = Math.max(sketch.max, from.double());
  sketch.zeros += from.whole();
  const used = from.whole();
  if (used === 0) return;
  const low = from.whole() + FIRST;
  const length = from.whole() + 1;
  if (sketch.counts.length > 0) reach(sketch, low, low + length - 1);
  // Most are read once: no room to grow.
  else [sketch.low, sketch.counts] = [low, new Float64Array(length)];
  const { counts } = sketch;
  let at = low - sketch.low;
  for (let i = 0; i < used; i++) {
    at += from.whole();
    counts[at] = (counts[at] ?? 0) + from.whole();
  }
}

/** Adds to the count alone, and passes over the rest of what `writeSketch` wrote: no quantile follows from it. */
export function countInto(sketch: Sketch, from: Reader): void {
  const count = from.whole();
  if (count === 0) return;
  sketch.count += count;
  // Sum, least and most.
  from.at += 3 * 8;
  from.skip(1);
  const used = from.whole();
  if (used > 0) from.skip(2 + 2 * used);
}

/** Makes room for the buckets from `low` to `high`. */
function reach(sketch: Sketch, low: number, high: number): void {
  const { counts } = sketch;
  const end = sketch.low + counts.length - 1;
  if (counts.length > 0 && low >= sketch.low && high <= end) return;
  const first = counts.length === 0 ? low - SPARE : Math.min(sketch.low, low - SPARE);
  const last = counts.length === 0 ? high + SPARE : Math.max(end, high + SPARE);
  const larger = new Float64Array(last - first + 1);
  if (counts.length > 0) larger.set(counts, sketch.low - first);
  sketch.low = first;
  sketch.counts = larger;
}
