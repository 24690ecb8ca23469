import { isDeepStrictEqual } from "node:util";
import { UserError } from "../errors.ts";
import type { Watchdog } from "../lib/watchdog.ts";
import { LEVELS } from "../model.ts";
import type { Crew } from "./crew.ts";
import { type Extent, type Stretch, stretchOf } from "./extent.ts";
import { compileJudge, hitsByCells } from "./window-cells.ts";
import type { Key } from "./window-cut.ts";
import { type Histogram, histogramOf, stepFor } from "./window-histogram.ts";
import {
  type Condition,
  type Hits,
  hitsOf,
  isBounded,
  isCut,
  LEVEL_CLASSES,
  nothing,
  touches,
  widen,
} from "./window-hits.ts";
import { createOutwork } from "./window-outwork.ts";
import type { Part, Shelf } from "./window-parts.ts";
import { createRanks, type Found } from "./window-ranks.ts";
import { within } from "./window-refine.ts";
import { timesOf, type WindowFigures, type WindowSearch } from "./window-search.ts";
import { compileSelect } from "./window-select.ts";
import { type Missing, walkHits } from "./window-walk.ts";

export type { WindowFigures, WindowSearch };

/**
 * What matches a search, in the order of its time, as a list whose parts are looked at one after the other, the
 * newest first, and read by their place. What is looked at is remembered by part: what a writer adds costs as
 * much as is added.
 */
export interface Window {
  /** Looks on for at least one part and about `budget` ms; false when nothing is left. */
  work(budget: number): boolean;
  /** Has other threads look at some of what is left; resolves when there is something for `work` to do. */
  ready(): Promise<void>;
  /** Takes note of what was added or dropped since. */
  refresh(): void;
  /** Lets go of what the store has dropped, and takes nothing else note of; false when that is nothing. */
  shed(): boolean;
  /** Up to where the store is taken note of. */
  readonly extent: Extent;
  figures(): WindowFigures;
  /** The first place whose record may be another one than when this was asked before; Infinity: none. */
  changedFrom(): number;
  /** Records from a place on, at most `count`. */
  rows(from: number, count: number): Found[];
  /** How many come before a key: the place of its record. */
  rank(key: Key): number;
  /** All of them in order, as they are now; `missing` counts what can't be read any more. */
  walk(missing: Missing): Generator<Found[], void, void>;
  /** Names of fields, part by part, of the parts that have hits. */
  names(): Generator<readonly string[], void, void>;
  /** Counts over time, at most about `points` steps; they add up to the count. */
  histogram(points: number): Histogram;
  /** What matches of all that was looked at, part by part. */
  readonly hits: ReadonlyMap<Part, Hits>;
  readonly search: WindowSearch;
  /** Width of the steps of time in which the hits are counted now, in ms. */
  readonly step: number;
  /** Unpacks for about `budget` ms what a search for words would look at; false when nothing is left to unpack. */
  warm(budget: number): boolean;
}

interface With {
  readonly before?: Pick<Window, "search" | "hits" | "step"> | undefined;
  readonly watchdog?: Watchdog;
  readonly points?: number;
  readonly crew?: Crew | undefined;
}

/**
 * @param with `before`: a search of the same shelf; what it has found may be all there is to look at
 * `points`: most steps of the histogram; the fewer, the less has to be looked at
 * `crew`: has parts looked at on other threads, while `ready` is waited for
 * @throws UserError for what is wrong with the query, with the place marked
 */
export function createWindow(
  shelf: Shelf,
  search: WindowSearch,
  { before, watchdog, points = BASE_POINTS, crew }: With = {},
): Window {
  const { since, until } = timesOf(search);
  let stretch: Stretch | undefined;
  const { sources } = search;
  const wanted = search.levels && [...LEVELS, "none" as const].map((level) => search.levels?.includes(level));
  const { query, zone } = search;
  const [select, judge] = [compileSelect(query, watchdog, zone), compileJudge(query, zone)];
  let known = before && within(search, before.search) ? before : undefined;
  const sameBounds = known !== undefined && isDeepStrictEqual(boundsOf(known.search), boundsOf(search));
  const looked = new Map<Part, Hits>();
  let names: readonly string[] = [];
  let oldest = Number.POSITIVE_INFINITY;
  let removed: ReturnType<Shelf["removed"]> = { records: 0, aged: 0 };
  /** Those of the store, of which `parts` are within range and sources. */
  let all: readonly Part[] = [];
  let parts: readonly Part[] = [];
  /** Of the shelf, when it was looked at last. */
  let revision = Number.NaN;
  let extent: Extent = new Map();
  /** Not looked at yet; the newest last. */
  let waiting: Part[] = [];
  /** Whose lines may not be unpacked yet; the newest last. */
  let cold: Part[] | undefined;
  let damaged = 0;
  let condition: Condition | undefined;
  /** The earliest time at which something changed. */
  let touched = Number.NEGATIVE_INFINITY;

  const ranks = createRanks(looked, (part) => shelf.open(part));

  const list = (): void => {
    all = shelf.parts();
    extent = shelf.extent();
    sort();
  };

  const sort = (): void => {
    revision = shelf.revision();
    removed = shelf.removed();
    oldest = all.reduce((least, { minTime }) => Math.min(least, minTime), Number.POSITIVE_INFINITY);
    names = [...new Set(all.map(({ file }) => file.source))].sort();
    stretch ??= stretchOf(search, extent);
    parts = all.filter(
      (part) =>
        part.maxTime >= since &&
        part.minTime < until &&
        (!sources || sources.includes(part.file.source)) &&
        (!stretch || touches(part, stretch)),
    );
    const present = new Set(parts);
    for (const [part, hits] of looked) {
      if (present.has(part)) continue;
      looked.delete(part);
      if (hits.count > 0) touch(hits.minTime);
    }
    waiting = parts
      .filter((part) => !looked.has(part) && !outwork?.has(part))
      .sort((a, b) => a.maxTime - b.maxTime || a.segment - b.segment);
    cold = undefined;
    const fits = stepFor(...span(), points);
    condition ??= { select, since, until, stretch, levels: wanted?.map((is) => is === true), step: fits };
    if (fits < WIDER * condition.step) return;
    // A whole number of the steps so far, so that what is counted need not be looked at again.
    const times = Math.ceil(fits / condition.step);
    condition = { ...condition, step: times * condition.step };
    for (const hits of looked.values()) widen(hits, times);
  };

  const touch = (time: number): void => {
    touched = Math.min(touched, time);
    ranks.changed();
  };

  const cut = (part: Part): boolean => stretch !== undefined && isCut(part, stretch);

  /** What is known of a part without looking at it. */
  const settled = (part: Part): Hits | undefined => {
    const had = candidates(part);
    if (had?.levels.every((count) => count === 0)) {
      // Within other bounds there is another number of records.
      if (sameBounds || !condition || !isBounded(part, condition)) return nothing(part, false, had.within);
      return undefined;
    }
    if (!condition || cut(part)) return undefined;
    return hitsByCells(part, judge, condition, () => scan(part, undefined).places ?? NONE);
  };

  const candidates = (part: Part): Hits | undefined => {
    const seen = known?.hits.get(part);
    return seen?.unread ? undefined : seen;
  };

  const look = (part: Part): Hits => {
    // Of the levels that were left out, it is not known what else would match.
    const all = known?.search.levels === undefined;
    return settled(part) ?? scan(part, all ? candidates(part) : undefined);
  };

  /** Whether what matches is counted as it was in the search before, if it is the same. */
  const alike = (): boolean =>
    known?.step === condition?.step && sameBounds && known?.search.levels === undefined && !wanted;

  /** @param had what may match of it */
  const scan = (part: Part, had: Hits | undefined): Hits => {
    try {
      const among = had?.count === part.records ? undefined : had && (had.places ?? NONE);
      const scanned = shelf.scan(part, (rows) =>
        condition ? hitsOf(part, rows, condition, among, alike() ? had : undefined) : undefined,
      );
      return scanned ?? nothing(part);
    } catch (error) {
      if (error instanceof UserError) throw error;
      // What was dropped meanwhile is not damaged.
      if (shelf.has(part)) damaged += part.records;
      return nothing(part, true);
    }
  };

  const namesOf = (part: Part): readonly string[] => {
    try {
      return shelf.open(part)?.names() ?? [];
    } catch {
      return [];
    }
  };

  /** The first and last moment of what may match. */
  const span = (): [from: number, until: number] => {
    let [from, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const part of parts) {
      // Of what is cut it is known when it has been looked at.
      const { minTime, maxTime } = cut(part) ? (looked.get(part) ?? UNKNOWN) : part;
      if (Number.isNaN(minTime)) continue;
      from = Math.min(from, minTime);
      end = Math.max(end, maxTime);
    }
    if (from > end) return [0, 0];
    return [Math.max(from, since), Math.min(end, until - 1)];
  };

  const put = (hits: Hits): void => {
    looked.set(hits.part, hits);
    if (hits.count > 0) touch(hits.minTime);
  };

  const left = (): number => waiting.length + (outwork?.size ?? 0);

  const outwork =
    crew &&
    createOutwork({
      crew,
      job: () => {
        const { select: _, ...rest } = condition as Condition;
        return { dataDir: shelf.dataDir, query, zone, condition: rest };
      },
      choose(part) {
        if (shelf.inMemory(part)) return "leave";
        const hits = settled(part);
        if (hits) put(hits);
        return hits ? "looked" : "give";
      },
      found(hits, step) {
        if (!shelf.has(hits.part)) return;
        if (hits.unread) damaged += hits.part.records;
        // It became wider meanwhile, by a whole number of steps.
        if (condition && condition.step !== step) widen(hits, condition.step / step);
        put(hits);
      },
      // What was dropped meanwhile is no longer listed.
      back: (parts) => waiting.unshift(...parts.filter((part) => !shelf.dropped(part))),
    });

  list();
  return {
    work(budget) {
      if (outwork?.refusal) throw outwork.refusal;
      const end = performance.now() + budget;
      do {
        const part = waiting.pop();
        if (!part) break;
        put(look(part));
      } while (performance.now() < end);
      if (left() === 0) known = undefined;
      return left() > 0;
    },
    async ready() {
      if (!outwork) return;
      waiting = outwork.give(waiting);
      if (waiting.length === 0 && outwork.size > 0) await outwork.next();
    },
    refresh: list,
    shed() {
      if (shelf.revision() === revision) return false;
      revision = shelf.revision();
      const left = all.filter((part) => !shelf.dropped(part));
      if (left.length === all.length) return false;
      all = left;
      sort();
      return true;
    },
    get extent() {
      return extent;
    },
    figures() {
      const levels = Array.from({ length: LEVEL_CLASSES }, () => 0);
      let [count, scanned, total] = [0, 0, 0];
      for (const part of parts) total += looked.get(part)?.within ?? part.records;
      for (const hits of looked.values()) {
        count += hits.count;
        scanned += hits.within;
        for (let i = 0; i < LEVEL_CLASSES; i++) levels[i] = (levels[i] ?? 0) + (hits.levels[i] ?? 0);
      }
      const { records, aged } = removed;
      const seen = { count, scanned, total, done: left() === 0, levels, sources: names };
      const first = Number.isFinite(oldest) && { oldest };
      return { ...seen, damaged, removed: records, aged, ...first };
    },
    changedFrom() {
      const from = touched === Number.POSITIVE_INFINITY ? touched : ranks.before(touched);
      touched = Number.POSITIVE_INFINITY;
      return from;
    },
    rows: ranks.rows,
    rank: ranks.rank,
    walk: (missing) => walkHits(looked.values(), ({ part }) => shelf.open(part), missing),
    *names() {
      for (const { count, part } of [...looked.values()]) if (count > 0) yield namesOf(part);
    },
    histogram: (points) => histogramOf(looked.values(), condition?.step ?? 1, span(), points),
    hits: looked,
    search,
    get step() {
      return condition?.step ?? 1;
    },
    warm(budget) {
      const end = performance.now() + budget;
      cold ??= [...parts].sort((a, b) => a.maxTime - b.maxTime);
      do {
        const part = cold.pop();
        if (!part) return false;
        try {
          shelf.warm(part);
        } catch {
          // Whoever searches in it will tell.
        }
      } while (performance.now() < end);
      return true;
    },
  };
}

/** Steps of time that are counted apart, so that the histogram can be drawn in few or many. */
const BASE_POINTS = 3000;
/** Steps become wider when there would be so many times as many as are wanted. */
const WIDER = 4;
const NONE = new Uint16Array();
const UNKNOWN = { minTime: Number.NaN, maxTime: Number.NaN };

const boundsOf = ({ since, until, after, upTo }: WindowSearch) => [since, until, after, upTo];
