import type { Instant } from "../../lib/instant.ts";
import { LEVELS } from "../../model.ts";
import {
  instant,
  type Key,
  key as keySchema,
  type LevelChoice,
  type LogTarget,
} from "../../protocol/log-view.ts";
import type { Past } from "../../protocol/past.ts";
import { readTabled } from "../tabled.ts";
import { type Display, INITIAL_DISPLAY, readDisplay } from "./display.ts";
import { MOST_UNFOLDED } from "./folds.ts";
import type { Kept } from "./place.ts";

/** What time is shown: all of it, the last so many seconds, or from one moment to another (ms since the epoch). */
export type Range =
  | { readonly kind: "all" }
  | { readonly kind: "last"; readonly seconds: number }
  | { readonly kind: "between"; readonly since: number; readonly until: number };

/** What is searched for. */
export interface Filter {
  readonly query: string;
  /** Undefined: all. */
  readonly levels: readonly LevelChoice[] | undefined;
  readonly sources: readonly string[] | undefined;
  readonly range: Range;
  /** What was there before is cleared from the view. */
  readonly cleared?: Instant | undefined;
}

/** A search that is gone back to, and what that was gone back from to in its turn. */
export type Back = {
  readonly filter: Filter;
  readonly zoomed: readonly Range[];
  readonly before: Back | undefined;
} & (
  | {
      /** The record whose full log was shown, and the query that was in force: the filter's may be wrong. */
      readonly key: Key;
      readonly accepted: string;
    }
  | Pick<LogState, "kept" | "paused" | "counted">
);

/** What a view remembers over a reload and while it is hidden: what is asked for, never data. */
export interface LogState {
  readonly filter: Filter;
  /** The last query that could be searched for: it is in force while the one that is written is wrong. */
  readonly accepted: string;
  /** The sink whose index is searched; undefined: the store of this computer. */
  readonly index: string | undefined;
  readonly wrap: boolean;
  readonly display: Display;
  readonly split: "levels" | "statuses";
  /** The pane of fields, and which of them are unfolded; undefined: those that it begins with. */
  readonly facets: { readonly open: boolean; readonly unfolded: readonly string[] | undefined };
  /** The field whose numbers are shown over time, as a query names it. */
  readonly trend: string | undefined;
  /** Queries asked before, the newest last. */
  readonly history: readonly Past[];
  /** What stays where it is; undefined: the newest are followed. */
  readonly kept: Kept | undefined;
  /** Records that are unfolded, the latest last. */
  readonly unfolded: readonly Key[];
  /** The record that is chosen, whether its details are shown, and which of their tabs (from 0). */
  readonly chosen: Key | undefined;
  readonly detailed: boolean;
  readonly tab: number;
  /** Charts that are shown as tables. */
  readonly tables: readonly string[];
  /** Since when what comes is not shown; undefined: it is. */
  readonly paused: Instant | undefined;
  /** What "the last minutes" were counted back from last, in ms since the epoch, and how many seconds they were. */
  readonly counted: { readonly seconds: number; readonly at: number } | undefined;
  /** Ranges that were zoomed into from, the latest last. */
  readonly zoomed: readonly Range[];
  /** What to go back to from the full log, or from where the dashboard has taken the view. */
  readonly back: Back | undefined;
  /** What the dashboard that opened the view gave it last: the time, and the source that its charts show alone. */
  readonly led: { readonly range: Range; readonly source: string | undefined } | undefined;
}

export const LEVEL_CHOICES: readonly LevelChoice[] = [...LEVELS, "none"];
export const EVERYTHING: Filter = {
  query: "",
  levels: undefined,
  sources: undefined,
  range: { kind: "all" },
};
export const INITIAL: LogState = {
  filter: EVERYTHING,
  accepted: "",
  index: undefined,
  wrap: false,
  display: INITIAL_DISPLAY,
  split: "levels",
  facets: { open: false, unfolded: undefined },
  trend: undefined,
  history: [],
  kept: undefined,
  unfolded: [],
  chosen: undefined,
  detailed: false,
  tab: 0,
  tables: [],
  paused: undefined,
  counted: undefined,
  zoomed: [],
  back: undefined,
  led: undefined,
};
/** How far ahead of this one (ms) the clock of another machine may be. */
const AHEAD = 60_000;
/** "Last 15 min" moves on by so small a part of it. */
const PART = 60;

/** The state in what the editor kept, which may be of another version; what is not understood is left out. */
export function readState(kept: unknown): LogState {
  const { filter, index, wrap, display, split, facets, history, ...more } = objectOf(kept);
  const { open, unfolded } = objectOf(facets);
  return {
    filter: readFilter(filter),
    accepted: textOf(more.accepted),
    index: typeof index === "string" ? index : undefined,
    wrap: wrap === true,
    display: readDisplay(display),
    split: split === "statuses" ? "statuses" : "levels",
    facets: { open: open === true, unfolded: textsOf(unfolded) },
    trend: typeof more.trend === "string" ? more.trend : undefined,
    history: Array.isArray(history) ? history.flatMap(pastOf) : [],
    kept: readKept(more.kept),
    unfolded: Array.isArray(more.unfolded) ? readKeys(more.unfolded) : [],
    chosen: keyOf(more.chosen),
    detailed: more.detailed === true,
    tab: Number.isSafeInteger(more.tab) ? Number(more.tab) : 0,
    tables: readTabled(more.tables),
    paused: instantOf(more.paused),
    counted: readCounted(more.counted),
    zoomed: readRanges(more.zoomed),
    back: readBack(more.back),
    led: readLed(more.led),
  };
}

function readKept(kept: unknown): Kept | undefined {
  const { key, y, last, ahead } = objectOf(kept);
  const [stands, newest] = [keyOf(key), keyOf(last)];
  return (
    stands && {
      key: stands,
      y: finite(y) ? y : 0,
      ...(newest && { last: newest }),
      ...(finite(ahead) && { ahead }),
    }
  );
}

function readBack(value: unknown): Back | undefined {
  const { filter, zoomed, key, accepted, kept, paused, counted, before } = objectOf(value);
  if (filter === undefined) return undefined;
  const full = keyOf(key);
  return {
    filter: readFilter(filter),
    zoomed: readRanges(zoomed),
    before: readBack(before),
    ...(full
      ? { key: full, accepted: textOf(accepted) }
      : { kept: readKept(kept), paused: instantOf(paused), counted: readCounted(counted) }),
  };
}

function readLed(value: unknown): LogState["led"] {
  const { range, source } = objectOf(value);
  if (range === undefined) return undefined;
  return { range: readRange(range), source: typeof source === "string" ? source : undefined };
}

function pastOf(kept: unknown): Past[] {
  // As it was kept when there was nothing but the store.
  const { query, index } = typeof kept === "string" ? { query: kept } : objectOf(kept);
  return typeof query === "string" ? [{ query, index: typeof index === "string" ? index : undefined }] : [];
}

function readFilter(kept: unknown): Filter {
  const { query, levels, sources, range, cleared } = objectOf(kept);
  const chosen = textsOf(levels);
  const from = instantOf(cleared);
  return {
    query: textOf(query),
    levels: chosen && LEVEL_CHOICES.filter((level) => chosen.includes(level)),
    sources: textsOf(sources),
    range: readRange(range),
    ...(from && { cleared: from }),
  };
}

function readRange(kept: unknown): Range {
  const { kind, seconds, since, until } = objectOf(kept);
  if (kind === "last" && finite(seconds)) return { kind, seconds };
  if (kind === "between" && finite(since) && finite(until)) return { kind, since, until };
  return { kind: "all" };
}

function readCounted(kept: unknown): LogState["counted"] {
  const { seconds, at } = objectOf(kept);
  return finite(seconds) && finite(at) ? { seconds, at } : undefined;
}

function readRanges(kept: unknown): readonly Range[] {
  return Array.isArray(kept) ? kept.map(readRange) : [];
}

/** What a view is opened for, as a filter. */
export function targetFilter({ source, query = "", levels, range }: LogTarget): Filter {
  return {
    query,
    levels,
    sources: source === undefined ? undefined : [source],
    range: range ?? EVERYTHING.range,
  };
}

/** What the dashboard gives a view; undefined: it is not the dashboard that wants it. */
export function ledBy({ range, charts }: LogTarget): LogState["led"] {
  return charts && { range: range ?? EVERYTHING.range, source: charts.source };
}

/** The bounds of a range at a moment, as a search has them. */
function boundsOf(range: Range, now: number): { readonly since?: number; readonly until?: number } {
  switch (range.kind) {
    case "all":
      return {};
    case "last":
      return { since: now - range.seconds * 1000 };
    case "between":
      return { since: range.since, until: range.until };
  }
}

/**
 * A filter at a moment (ms since the epoch), as a search has it.
 * @param paused when the view was: what came later is not searched for
 */
export function narrowing(
  { query, levels, sources, range, cleared }: Filter,
  now: number,
  paused?: Instant | undefined,
) {
  return {
    query,
    ...boundsOf(range, Math.min(now, paused?.at ?? now)),
    ...(cleared && { after: cleared }),
    ...(paused && { upTo: paused }),
    ...(levels && { levels: [...levels] }),
    ...(sources && { sources: [...sources] }),
  };
}

/**
 * What "the last minutes" are counted back from at a moment (ms since the epoch).
 * @param stands someone reads, or the view is paused: the first line stays the first, as long as the range does
 */
export function countedFrom(
  { filter: { range }, counted }: Pick<LogState, "filter" | "counted">,
  now: number,
  stands: boolean,
): number {
  return stands && range.kind === "last" && counted?.seconds === range.seconds ? counted.at : now;
}

/** Since when lines are shown as "the last minutes" though these are others by now (ms since the epoch). */
export function standingSince(
  state: Pick<LogState, "filter" | "counted">,
  now: number,
  stands: boolean,
): number | undefined {
  const { range } = state.filter;
  const from = countedFrom(state, now, stands);
  return range.kind === "last" && outdated(range, from, now) ? boundsOf(range, from).since : undefined;
}

/** Whether "the last minutes" are others by now than when they were searched for (ms since the epoch). */
export function outdated(range: Range, searchedAt: number, now: number): boolean {
  return range.kind === "last" && now - searchedAt >= (range.seconds * 1000) / PART;
}

/**
 * The last moment that is shown now. What is dated further ahead than clocks differ goes by a wrong one: as if it were
 * that late, nothing that comes would come later for a long time.
 * @param newest of the lines, in ms since the epoch as `now`
 */
export function latestOf(newest: number, now: number): number {
  return newest > now + AHEAD ? now : newest;
}

export function narrowed({ query, levels, sources, range, cleared }: Filter): boolean {
  if (cleared !== undefined) return true;
  return query.trim() !== "" || levels !== undefined || sources !== undefined || range.kind !== "all";
}

function readKeys(kept: readonly unknown[]): readonly Key[] {
  return kept
    .slice(-MOST_UNFOLDED)
    .map(keyOf)
    .filter((one) => one !== undefined);
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : undefined;
}

function keyOf(value: unknown): Key | undefined {
  const { success, data } = keySchema.safeParse(value);
  return success ? data : undefined;
}

function instantOf(value: unknown): Instant | undefined {
  const { success, data } = instant.safeParse(value);
  return success ? data : undefined;
}

function finite(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
