import type { Rows } from "./rows.ts";
import type { SegmentFile } from "./runs.ts";
import { compareKeys, cut, type Key, type Order, type Run } from "./window-cut.ts";
import type { Hits } from "./window-hits.ts";
import type { Part } from "./window-parts.ts";

/** Hits of a stretch of time that are brought into order all at once; of more, only those that are asked for. */
const AT_ONCE = 16_384;

/** A record that was found, where it stands. */
export interface Found {
  readonly key: Key;
  readonly rows: Rows;
  readonly at: number;
  readonly file: SegmentFile;
}

/** The order of what was found in many parts, without having it all in one list. */
export interface Ranks {
  /** Parts were added or taken away. */
  changed(): void;
  /** How many come before a moment. */
  before(time: number): number;
  rank(key: Key): number;
  rows(from: number, count: number): Found[];
}

/**
 * @param open reads a part; what can't be read any more is passed over
 * @param atOnce hits of a stretch of time that may all be brought into order
 */
export function createRanks(
  looked: ReadonlyMap<Part, Hits>,
  open: (part: Part) => Rows | undefined,
  atOnce = AT_ONCE,
): Ranks {
  let edges: number[] | undefined;
  /** First and last key of those that were asked for. */
  const ends = new WeakMap<Hits, readonly [Key, Key]>();

  /** Moments between which the same parts have hits. */
  const edgesNow = (): readonly number[] => {
    if (edges) return edges;
    const moments = new Set<number>();
    for (const { count, minTime, maxTime } of looked.values()) {
      if (count === 0) continue;
      moments.add(minTime);
      moments.add(maxTime + 1);
    }
    edges = [...moments].sort((a, b) => a - b);
    return edges;
  };

  const opened = (hits: Hits): Rows | undefined => {
    try {
      return open(hits.part);
    } catch {
      return undefined;
    }
  };

  const keyAt = ({ part }: Hits, rows: Rows, at: number): Key => [
    rows.time(at),
    rows.nanos(at),
    part.segment,
    rows.id(at),
  ];

  const order: Order = {
    key(hits, place) {
      if (place === 0 || place === hits.count - 1) return endsOf(hits)?.[place === 0 ? 0 : 1];
      const rows = opened(hits);
      const at = hits.places?.[place];
      return rows && at !== undefined ? keyAt(hits, rows, at) : undefined;
    },
    below(hits, key) {
      const both = endsOf(hits);
      if (!both || compareKeys(both[0], key) >= 0) return 0;
      if (compareKeys(both[1], key) < 0) return hits.count;
      return lower(hits, (rows, at) => compareKeys(keyAt(hits, rows, at), key) < 0);
    },
  };

  const endsOf = (hits: Hits): readonly [Key, Key] | undefined => {
    const known = ends.get(hits);
    if (known) return known;
    const rows = opened(hits);
    const places = rows && hits.places;
    const [first, last] = [places?.[0], places?.at(-1)];
    if (!rows || first === undefined || last === undefined) return undefined;
    const both = [keyAt(hits, rows, first), keyAt(hits, rows, last)] as const;
    ends.set(hits, both);
    return both;
  };

  /** How many of a part's hits come first: those for which `first` holds, which all stand before the others. */
  const lower = (hits: Hits, first: (rows: Rows, at: number) => boolean): number => {
    const rows = opened(hits);
    const places = hits.places;
    if (!rows || !places) return 0;
    let [low, high] = [0, places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (first(rows, places[middle] as number)) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const before = (time: number): number => {
    let sum = 0;
    for (const hits of looked.values()) {
      if (hits.count === 0 || hits.minTime >= time) continue;
      sum += hits.maxTime < time ? hits.count : lower(hits, (rows, at) => rows.time(at) < time);
    }
    return sum;
  };

  /** What each part has from one moment up to another. */
  const runsIn = (from: number, until: number): Run[] => {
    const runs: Run[] = [];
    for (const hits of looked.values()) {
      const { count, minTime, maxTime } = hits;
      if (count === 0 || minTime >= until || maxTime < from) continue;
      const low = minTime >= from ? 0 : lower(hits, (rows, at) => rows.time(at) < from);
      const high = maxTime < until ? count : lower(hits, (rows, at) => rows.time(at) < until);
      runs.push({ hits, low, high });
    }
    return runs;
  };

  /** At most `count` of what stands between two moments, the first `skip` passed over. */
  const between = (runs: readonly Run[], skip: number, count: number): Found[] => {
    const total = sizeOf(runs);
    const few = total <= atOnce;
    const lows = few ? runs.map(({ low }) => low) : cut(runs, skip, order);
    const highs = few ? runs.map(({ high }) => high) : cut(runs, Math.min(total, skip + count), order);
    const found: Found[] = [];
    for (const [i, { hits }] of runs.entries()) {
      const [low = 0, high = 0] = [lows[i], highs[i]];
      const rows = low < high ? opened(hits) : undefined;
      // Not before: they may have to be found first.
      const places = rows && hits.places;
      if (!rows || !places) continue;
      for (const at of places.subarray(low, high))
        found.push({ key: keyAt(hits, rows, at), rows, at, file: hits.part.file });
    }
    found.sort((a, b) => compareKeys(a.key, b.key));
    return few ? found.slice(skip, skip + count) : found;
  };

  return {
    changed() {
      edges = undefined;
    },
    before,
    rank(key) {
      const [time] = key;
      let sum = 0;
      for (const hits of looked.values()) {
        if (hits.count === 0 || hits.minTime > time) continue;
        sum += hits.maxTime < time ? hits.count : order.below(hits, key);
      }
      return sum;
    },
    rows(from, count) {
      const moments = edgesNow();
      // The last edge that has no more before it than are skipped.
      let [low, high] = [0, moments.length];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (before(moments[middle] as number) <= from) low = middle;
        else high = middle;
      }
      const found: Found[] = [];
      let skip = from - before(moments[low] ?? 0);
      for (let i = low; i + 1 < moments.length && found.length < count; i++) {
        const runs = runsIn(moments[i] as number, moments[i + 1] as number);
        found.push(...between(runs, skip, count - found.length));
        skip = Math.max(0, skip - sizeOf(runs));
      }
      return found;
    },
  };
}

const sizeOf = (runs: readonly Run[]): number => runs.reduce((sum, { low, high }) => sum + high - low, 0);
