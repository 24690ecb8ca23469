import type { Rows } from "./rows.ts";
import type { SegmentFile } from "./runs.ts";
import type { Hits } from "./window-hits.ts";
import type { Part } from "./window-parts.ts";

/** What tells a record's place among all: its time (ms), nanoseconds, segment, and id in the segment. */
export type Key = readonly [time: number, nanos: number, segment: number, id: number];

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
  find(key: Key): Found | undefined;
  rows(from: number, count: number): Found[];
}

export function compareKeys(a: Key, b: Key): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];
}

/** @param open reads a part; what can't be read any more is passed over */
export function createRanks(looked: ReadonlyMap<Part, Hits>, open: (part: Part) => Rows | undefined): Ranks {
  let edges: number[] | undefined;

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

  /** All from one moment up to another, in order. */
  const between = (from: number, until: number): Found[] => {
    const found: Found[] = [];
    for (const hits of looked.values()) {
      const { count, minTime, maxTime, part } = hits;
      if (count === 0 || minTime >= until || maxTime < from) continue;
      const rows = opened(hits);
      // Not before: they may have to be found first.
      const { places } = hits;
      if (!rows || !places) continue;
      for (let i = lower(hits, (rows, at) => rows.time(at) < from); i < places.length; i++) {
        const at = places[i] as number;
        if (rows.time(at) >= until) break;
        found.push({ key: keyAt(hits, rows, at), rows, at, file: part.file });
      }
    }
    return found.sort((a, b) => compareKeys(a.key, b.key));
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
        if (hits.maxTime < time) sum += hits.count;
        else sum += lower(hits, (rows, at) => compareKeys(keyAt(hits, rows, at), key) < 0);
      }
      return sum;
    },
    find(key) {
      return between(key[0], key[0] + 1).find((found) => compareKeys(found.key, key) === 0);
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
        const stretch = between(moments[i] as number, moments[i + 1] as number);
        found.push(...stretch.slice(skip, skip + count - found.length));
        skip = Math.max(0, skip - stretch.length);
      }
      return found;
    },
  };
}
