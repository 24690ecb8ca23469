import { LEVELS } from "../model.ts";
import { idsWithin, type Stretch } from "./extent.ts";
import type { Stamps } from "./heads.ts";
import type { Rows } from "./rows.ts";
import { OFFSETS } from "./schema.ts";
import type { Part } from "./window-parts.ts";
import type { Select } from "./window-select.ts";

/** Levels in the order of LEVELS, then no level; after them the classes of statuses, 1xx to 5xx, then none. */
export const LEVEL_CLASSES = LEVELS.length + 1;
export const STATUS_CLASSES = 6;
export const CLASSES = LEVEL_CLASSES + STATUS_CLASSES;

/** What of a part matches. */
export interface Hits {
  readonly part: Part;
  readonly unread?: boolean;
  readonly count: number;
  /** Records of the part, matching or not, that are within the times and the stretch that are asked for. */
  readonly within: number;
  /** Places in the part, in the order of the view; undefined: not one. */
  readonly places: Uint16Array | undefined;
  /** Between these are the hits; NaN when there are none. */
  readonly minTime: number;
  readonly maxTime: number;
  /** What matches but for its level, by level class. */
  readonly levels: Uint32Array;
  /** Steps of time that have hits, and CLASSES counts for each: of levels, then of statuses. See widen. */
  steps: readonly number[];
  counts: Uint32Array;
  /** Whose places these are, where they are those of a search before. */
  readonly of?: Hits;
}

export interface Condition {
  readonly select: Select;
  readonly since: number;
  readonly until: number;
  /** Which came when; undefined: all. */
  readonly stretch?: Stretch | undefined;
  /** By level class; undefined: all. */
  readonly levels: readonly boolean[] | undefined;
  /** Width of a step of time, in ms. */
  readonly step: number;
}

/** Counts of one step, of each class. */
export const tallyOf = (): Uint32Array => new Uint32Array(CLASSES);

/** @param unread it could not be looked at */
export const nothing = (part: Part, unread = false, within = part.records): Hits => ({
  part,
  unread,
  count: 0,
  within,
  places: undefined,
  minTime: Number.NaN,
  maxTime: Number.NaN,
  levels: new Uint32Array(LEVEL_CLASSES),
  steps: [],
  counts: new Uint32Array(),
});

/**
 * Finds what matches in a part. Throws on damaged data.
 * @param among places that may match, in any order; undefined: all
 * @param had hits under the same condition but for what is selected, of which these are some: mostly they are the
 * same, as of a word that grows, and need not be counted again
 */
export function hitsOf(part: Part, rows: Rows, condition: Condition, among?: Uint16Array, had?: Hits): Hits {
  const { select, since, until, levels: wanted, step } = condition;
  const found = select(rows, part.file, among && rising(among));
  if (had?.count === found.length) return again(had);
  const inside = isInside(part, condition);
  const [start, stop] = placesWithin(part, rows, condition);
  const within = inside ? stop - start : countWithin(rows, condition, start, stop);
  if (found.length === 0) return nothing(part, false, within);
  const { times, base, nanos, levels: marks, statuses } = rows.stamps;
  const places = new Uint16Array(found.length);
  const levels = new Uint32Array(LEVEL_CLASSES);
  const tallies = new Map<number, Uint32Array>();
  let tally: Uint32Array = new Uint32Array();
  /** Times of the step that `tally` is of. */
  let [from, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let count = 0;
  let sorted = true;
  let before = Number.NEGATIVE_INFINITY;
  let last = 0;
  let minTime = Number.POSITIVE_INFINITY;
  let maxTime = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < found.length; i++) {
    const at = found[i] as number;
    if (at < start || at >= stop) continue;
    const time = base + (times[at] as number);
    if (!inside && (time < since || time >= until)) continue;
    const mark = marks[at] as number;
    const level = mark < 0 ? LEVELS.length : mark;
    levels[level] = (levels[level] as number) + 1;
    if (wanted && !wanted[level]) continue;
    places[count++] = at;
    // Of one time, nanoseconds may still be in another order; in a log that tells seconds all are the same.
    if (time < before || (time === before && nanos && (nanos[at] as number) < (nanos[last] as number)))
      sorted = false;
    before = time;
    last = at;
    if (time < minTime) minTime = time;
    if (time > maxTime) maxTime = time;
    if (time < from || time >= end) {
      const bucket = Math.floor(time / step);
      [from, end] = [bucket * step, (bucket + 1) * step];
      tally = tallies.get(bucket) ?? tallyOf();
      tallies.set(bucket, tally);
    }
    tally[level] = (tally[level] as number) + 1;
    const status = LEVEL_CLASSES + statusClass(statuses[at]);
    tally[status] = (tally[status] as number) + 1;
  }
  if (count === 0) return { ...nothing(part, false, within), levels };
  const own = places.slice(0, count);
  if (!sorted) sortPlaces(own, rows.stamps, minTime, maxTime);
  return { part, count, within, places: own, minTime, maxTime, levels, ...inRow(tallies) };
}

type Bounds = Pick<Condition, "since" | "until" | "stretch">;

/** Whether some records of a part may be out of bounds, and others not. */
export function isBounded(part: Part, bounds: Bounds): boolean {
  return !isInside(part, bounds) || (bounds.stretch !== undefined && isCut(part, bounds.stretch));
}

function isInside({ minTime, maxTime }: Part, { since, until }: Bounds): boolean {
  return minTime >= since && maxTime < until;
}

function countWithin(rows: Rows, { since, until }: Bounds, start: number, stop: number): number {
  const { times, base } = rows.stamps;
  let count = 0;
  for (let at = start; at < stop; at++) {
    const time = base + (times[at] as number);
    if (time >= since && time < until) count++;
  }
  return count;
}

/** Whether some records of a part may be within a stretch, and others not. */
export function isCut(part: Part, stretch: Stretch): boolean {
  const [above, last] = idsOf(part, stretch);
  return part.first <= above || part.last > last;
}

/** Whether a record of a part may be within a stretch. */
export function touches(part: Part, stretch: Stretch): boolean {
  const [above, last] = idsOf(part, stretch);
  return part.last > above && part.first <= last;
}

const idsOf = ({ segment, first }: Part, stretch: Stretch) =>
  idsWithin(stretch, segment, Math.floor(first / OFFSETS));

function placesWithin(part: Part, rows: Rows, { stretch }: Bounds): readonly [from: number, until: number] {
  if (!stretch || !isCut(part, stretch)) return [0, rows.count];
  const [above, last] = idsOf(part, stretch);
  /** The first place whose record has an id above. */
  const behind = (id: number): number => {
    let [low, high] = [0, rows.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows.id(middle) <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [behind(above), behind(last)];
}

/** The same once more: `widen` changes each by itself, and the places may not even be known yet. */
function again(had: Hits): Hits {
  const { part, count, within, minTime, maxTime, levels, steps, counts, of = had } = had;
  return {
    ...{ part, count, within, minTime, maxTime, levels, steps, counts, of },
    get places() {
      return of.places;
    },
  };
}

/** Counts the steps of what was found in steps that are `times` as wide. */
export function widen(hits: Hits, times: number): void {
  const tallies = new Map<number, Uint32Array>();
  for (const [i, step] of hits.steps.entries()) {
    const wide = Math.floor(step / times);
    const tally = tallies.get(wide) ?? tallyOf();
    tallies.set(wide, tally);
    for (let kind = 0; kind < CLASSES; kind++)
      tally[kind] = (tally[kind] ?? 0) + (hits.counts[i * CLASSES + kind] ?? 0);
  }
  Object.assign(hits, inRow(tallies));
}

function inRow(tallies: ReadonlyMap<number, Uint32Array>): Pick<Hits, "steps" | "counts"> {
  const counts = new Uint32Array(CLASSES * tallies.size);
  let at = 0;
  for (const tally of tallies.values()) counts.set(tally, CLASSES * at++);
  return { steps: [...tallies.keys()], counts };
}

function rising(places: Uint16Array): Uint16Array {
  for (let i = 1; i < places.length; i++)
    if ((places[i] as number) < (places[i - 1] as number)) return places.toSorted();
  return places;
}

export function statusClass(status: number | undefined): number {
  return status !== undefined && status >= 100 && status < 600 ? Math.floor(status / 100) - 1 : 5;
}

/** A place is below this: times so many as far apart stand in one exact number with it. */
const PLACES = 2 ** 16;
const LONGEST = Number.MAX_SAFE_INTEGER / PLACES - 1;

/** Places of one file rise with its offsets, which are what is left to tell equal times apart. */
function sortPlaces(places: Uint16Array, { times, base, nanos }: Stamps, from: number, until: number): void {
  const time = (at: number): number => base + (times[at] as number);
  const nano = (at: number): number => nanos?.[at] ?? 0;
  if (until - from > LONGEST || (nanos && places.some((at) => nano(at) !== 0))) {
    places.sort((a, b) => time(a) - time(b) || nano(a) - nano(b) || a - b);
    return;
  }
  // Numbers without a comparison of one's own are sorted several times as fast.
  const keys = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) {
    const at = places[i] as number;
    keys[i] = (time(at) - from) * PLACES + at;
  }
  keys.sort();
  for (let i = 0; i < places.length; i++) places[i] = (keys[i] as number) % PLACES;
}
