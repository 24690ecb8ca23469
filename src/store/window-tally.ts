import type { FieldValue } from "../model.ts";

/** So many values of a field are kept at least; when there are twice as many, the rarest go. */
const KEPT = 1000;
/** Longer texts (UTF-16 units) are counted together: nobody picks one out of a list. */
const LONGEST = 200;

/** A value that a field has, and how often. */
export interface Counted {
  readonly text: string;
  /** So often at least. */
  readonly count: number;
  /** It may have been so many more, while it was not kept. */
  readonly missed: number;
}

export interface Tops {
  /** The most frequent first. */
  readonly values: readonly Counted[];
  /** How many different ones are known; `more`: there are others, each rarer than the least of those kept. */
  readonly distinct: number;
  readonly more: boolean;
  /** Whether these are the most frequent ones without doubt, and their counts are right. */
  readonly exact: boolean;
}

interface Entry {
  text: string;
  count: number;
  missed: number;
}

/**
 * Counts values in bounded memory, exactly up to 2,000 different ones. Beyond them the rarest are forgotten, and
 * one that comes again is counted from then on with the bound of what it may have had before: after "Space-Saving",
 * Metwally, Agrawal, El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams", 2005,
 * doi:10.1007/978-3-540-30570-5_27, thinned out in one go instead of one by one. Values that a query takes for
 * the same are the same: case of A to Z does not count, nor whether a number was written as text.
 */
export interface Tally {
  add(value: string | number | boolean, times?: number): void;
  /** Records that have a value. */
  readonly records: number;
  /** Of them, those whose value is too long to be listed. */
  readonly long: number;
  /** The entry of a value, as `fold` gives it. */
  get(folded: string): Entry | undefined;
  entries(): Iterable<readonly [folded: string, entry: Entry]>;
  /** Different values that there are, at least. */
  readonly distinct: number;
  /** What is not kept came up no more often than this. */
  readonly floor: number;
}

export function createTally(): Tally {
  const entries = new Map<string, Entry>();
  /** Values as they come, so that most need neither be folded nor be written as text. */
  const seen = new Map<string | number | boolean, Entry>();
  let [records, long, floor, most] = [0, 0, 0, 0];

  const thin = (): void => {
    const all = [...entries].sort(([, a], [, b]) => b.count + b.missed - a.count - a.missed);
    most = Math.max(most, entries.size);
    for (const [folded, { count, missed }] of all.slice(KEPT)) {
      entries.delete(folded);
      floor = Math.max(floor, count + missed);
    }
    seen.clear();
  };

  const entryOf = (value: string | number | boolean): Entry => {
    if (seen.size >= 2 * KEPT) thin();
    const text = String(value);
    const folded = fold(text);
    let entry = entries.get(folded);
    if (!entry) {
      entry = { text, count: 0, missed: floor };
      entries.set(folded, entry);
    }
    seen.set(value, entry);
    return entry;
  };

  return {
    add(value, times = 1) {
      records += times;
      if (typeof value === "string" && value.length > LONGEST) long += times;
      else (seen.get(value) ?? entryOf(value)).count += times;
    },
    get records() {
      return records;
    },
    get long() {
      return long;
    },
    get: (folded) => entries.get(folded),
    entries: () => entries,
    get distinct() {
      return Math.max(most, entries.size);
    },
    get floor() {
      return floor;
    },
  };
}

/** The most frequent values of what was counted in two tallies, at most `most`. */
export function topsOf(first: Tally, second: Tally, most: number): Tops {
  const tops: Counted[] = [];
  const consider = (text: string, count: number, missed: number): void => {
    const last = tops.at(-1);
    if (tops.length === most && last && !ahead(count, text, last)) return;
    const at = tops.findIndex((other) => ahead(count, text, other));
    tops.splice(at < 0 ? tops.length : at, 0, { text, count, missed });
    if (tops.length > most) tops.pop();
  };
  let { distinct } = first;
  for (const [folded, { text, count, missed }] of first.entries()) {
    const also = second.get(folded);
    consider(text, count + (also?.count ?? 0), missed + (also?.missed ?? second.floor));
  }
  for (const [folded, { text, count, missed }] of second.entries()) {
    if (first.get(folded)) continue;
    distinct++;
    consider(text, count, missed + first.floor);
  }
  const floor = first.floor + second.floor;
  const least = tops.at(-1)?.count ?? 0;
  const exact = tops.every(({ missed }) => missed === 0) && least >= floor;
  return { values: tops, distinct, more: floor > 0, exact };
}

function ahead(count: number, text: string, other: Counted): boolean {
  return count > other.count || (count === other.count && text < other.text);
}

/** What a query takes for the same is the same. */
export function fold(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}

/** A value as a query compares it; undefined where there is none. An object is not one value. */
export function listed(value: FieldValue | undefined): string | number | boolean | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : value;
}
