import { LEVELS } from "../model.ts";
import { countInto, createSketch, mergeInto, readInto, type Sketch, writeSketch } from "./sketch.ts";
import { createReader, createWriter } from "./varint.ts";

/** What the records of one source within one step of time came to. */
export interface Totals {
  lines: number;
  /** Times that the records themselves tell, in ms since the epoch: ∞ and −∞ without any. */
  first: number;
  last: number;
  /** Of the lines and their ends. */
  bytes: number;
  unparsed: number;
  /** Records of level error or fatal. */
  errors: number;
  /** By place in LEVELS. */
  readonly levels: number[];
  /** By the first digit of the status, 1 to 5; place 0 is not used. */
  readonly statuses: number[];
  /** By the name of the duration field. */
  readonly durations: Map<string, Sketch>;
}

export function createTotals(): Totals {
  return {
    lines: 0,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
    bytes: 0,
    unparsed: 0,
    errors: 0,
    levels: LEVELS.map(() => 0),
    statuses: [0, 0, 0, 0, 0, 0],
    durations: new Map(),
  };
}

/** The sketch of a duration field, made when there is none. */
export function durationOf(totals: Totals, field: string): Sketch {
  const found = totals.durations.get(field);
  if (found) return found;
  const sketch = createSketch();
  totals.durations.set(field, sketch);
  return sketch;
}

/** Adds what `from` counted to `totals`. */
export function mergeTotals(totals: Totals, from: Totals): void {
  totals.lines += from.lines;
  totals.first = Math.min(totals.first, from.first);
  totals.last = Math.max(totals.last, from.last);
  totals.bytes += from.bytes;
  totals.unparsed += from.unparsed;
  totals.errors += from.errors;
  for (const [i, count] of from.levels.entries()) totals.levels[i] = (totals.levels[i] ?? 0) + count;
  for (const [i, count] of from.statuses.entries()) totals.statuses[i] = (totals.statuses[i] ?? 0) + count;
  for (const [field, sketch] of from.durations) mergeInto(durationOf(totals, field), sketch);
}

/** All of it as bytes: a few dozen, and about two for each bucket of each sketch. */
export function encodeTotals(totals: Totals): Uint8Array {
  const to = createWriter();
  for (const value of [totals.lines, totals.bytes, totals.unparsed, totals.errors]) to.whole(value);
  for (const list of [totals.levels, totals.statuses]) {
    to.whole(list.length);
    for (const value of list) to.whole(value);
  }
  to.whole(totals.durations.size);
  for (const [field, sketch] of totals.durations) {
    to.text(field);
    writeSketch(sketch, to);
  }
  to.double(totals.first);
  to.double(totals.last);
  return to.done();
}

/** @throws RangeError for bytes that stop short */
export function decodeTotals(bytes: Uint8Array): Totals {
  const totals = createTotals();
  mergeEncoded(totals, bytes);
  return totals;
}

/**
 * Adds what `encodeTotals` made bytes of: many rows become one without each being made first.
 * @param wanted fields whose values are wanted; of others only their number is
 * @throws RangeError for bytes that stop short
 */
export function mergeEncoded(
  totals: Totals,
  bytes: Uint8Array,
  wanted: (field: string) => boolean = () => true,
): void {
  const from = createReader(bytes);
  totals.lines += from.whole();
  totals.bytes += from.whole();
  totals.unparsed += from.whole();
  totals.errors += from.whole();
  for (const list of [totals.levels, totals.statuses]) {
    const length = from.whole();
    for (let i = 0; i < length; i++) list[i] = (list[i] ?? 0) + from.whole();
  }
  for (let left = from.whole(); left > 0; left--) {
    const field = from.text();
    (wanted(field) ? readInto : countInto)(durationOf(totals, field), from);
  }
  // Rows of the first version end here.
  if (from.at === bytes.length) return;
  totals.first = Math.min(totals.first, from.double());
  totals.last = Math.max(totals.last, from.double());
}
