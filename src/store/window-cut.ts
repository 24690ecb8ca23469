import type { Hits } from "./window-hits.ts";

/** What tells a record's place among all: its time (ms), nanoseconds, segment, and id in the segment. */
export type Key = readonly [time: number, nanos: number, segment: number, id: number];

/** A stretch of the hits of one part, from `low` up to `high`. */
export interface Run {
  readonly hits: Hits;
  readonly low: number;
  readonly high: number;
}

/** How hits of a part are read. */
export interface Order {
  /** Undefined: it can't be read. */
  key(hits: Hits, place: number): Key | undefined;
  /** How many of a part's hits come before a key. */
  below(hits: Hits, key: Key): number;
}

interface Open {
  readonly hits: Hits;
  low: number;
  high: number;
}

/** A hit that parts those before it from the others. */
interface Pivot {
  readonly key: Key;
  readonly run: Open;
  readonly place: number;
}

export function compareKeys(a: Key, b: Key): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];
}

/**
 * Where each run ends for the first `rank` of all to be in front, found without bringing them into one order. Of runs
 * that stand one behind the other, only the ends are looked at. What can't be read counts as coming later.
 */
export function cut(runs: readonly Run[], rank: number, { key, below }: Order): number[] {
  const open: Open[] = runs.map(({ hits, low, high }) => ({ hits, low, high }));
  let left = rank;

  /** Tells on which side of a hit the cut is; 0: it is right before it. */
  const split = ({ key, run, place }: Pivot): number => {
    const active = open.filter(({ low, high }) => low < high);
    const places = active.map((one) => {
      const at = one === run ? place : below(one.hits, key);
      return Math.min(one.high, Math.max(one.low, at));
    });
    let first = 0;
    for (const [i, { low }] of active.entries()) first += (places[i] ?? low) - low;
    const side = Math.sign(left - first);
    for (const [i, one] of active.entries()) {
      const at = places[i] ?? one.low;
      if (side < 0) one.high = at;
      else {
        left -= at - one.low;
        one.low = at;
      }
    }
    if (side > 0 && run.low === place) {
      run.low++;
      left--;
    }
    return side;
  };

  const firsts: Pivot[] = [];
  for (const run of open) {
    const first = run.low < run.high ? key(run.hits, run.low) : undefined;
    if (first) firsts.push({ key: first, run, place: run.low });
    else run.high = run.low;
  }
  firsts.sort((a, b) => compareKeys(a.key, b.key));
  for (let [from, until] = [0, firsts.length]; left > 0 && from < until; ) {
    const middle = (from + until) >> 1;
    if (split(firsts[middle] as Pivot) < 0) until = middle;
    else from = middle + 1;
  }
  for (let middle = middleOf(open, key); left > 0 && middle; middle = middleOf(open, key)) split(middle);
  return open.map(({ low }) => low);
}

/** A hit in the middle: a fourth of the others at least are before it, and a fourth behind it. */
function middleOf(open: readonly Open[], key: Order["key"]): Pivot | undefined {
  const middles: Pivot[] = [];
  let size = 0;
  for (const run of open) {
    if (run.low >= run.high) continue;
    const place = (run.low + run.high) >> 1;
    const its = key(run.hits, place);
    if (its) {
      middles.push({ key: its, run, place });
      size += run.high - run.low;
    } else run.high = run.low;
  }
  middles.sort((a, b) => compareKeys(a.key, b.key));
  let before = 0;
  return middles.find(({ run }) => {
    before += run.high - run.low;
    return 2 * before >= size;
  });
}
