import { addTo, createSketch, GREATEST, mergeInto, quantileOf, type Sketch } from "./sketch.ts";

/** A text that is taken for a number. */
export const NUMBER = /^-?\d+(?:\.\d*)?$/;

/** Numbers of either sign that were seen. */
export interface Numbers {
  readonly positive: Sketch;
  /** Those below zero, without their sign. */
  readonly negative: Sketch;
}

export interface Spread {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** Within 1 %; absent when some numbers are beyond what is told apart (10^12). */
  readonly p50?: number;
  readonly p90?: number;
  readonly p95?: number;
  readonly p99?: number;
}

export function createNumbers(): Numbers {
  return { positive: createSketch(), negative: createSketch() };
}

export function addNumber({ positive, negative }: Numbers, value: number): void {
  if (value < 0) addTo(negative, -value);
  else addTo(positive, value);
}

/** What was counted in both; undefined when nothing was. */
export function spreadOf(first: Numbers, second: Numbers): Spread | undefined {
  const all = createNumbers();
  for (const one of [first, second]) addNumbers(all, one);
  const { positive, negative } = all;
  const count = positive.count + negative.count;
  if (count === 0) return undefined;
  const spread = {
    count,
    min: negative.count > 0 ? -negative.max : positive.min,
    max: positive.count > 0 ? positive.max : -negative.min,
  };
  if (Math.max(positive.max, negative.max) > GREATEST) return spread;
  const at = (q: number): number => quantile(all, q);
  return { ...spread, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}

function quantile({ positive, negative }: Numbers, q: number): number {
  const rank = Math.floor(q * (positive.count + negative.count - 1));
  if (rank >= negative.count) return ranked(positive, rank - negative.count);
  return -ranked(negative, negative.count - 1 - rank);
}

/** The value of a whole rank; the half keeps the division from landing below it. */
function ranked(sketch: Sketch, rank: number): number {
  return quantileOf(sketch, sketch.count === 1 ? 0 : Math.min(1, (rank + 0.5) / (sketch.count - 1)));
}

/** Adds all that `from` counted. */
export function addNumbers(to: Numbers, from: Numbers): void {
  mergeInto(to.positive, from.positive);
  mergeInto(to.negative, from.negative);
}
