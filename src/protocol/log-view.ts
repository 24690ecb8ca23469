import * as z from "zod/mini";
import { LEVELS } from "../model.ts";
import type { DetailCalls, DetailQueries, ExportProgress, FilePlace, Shown } from "./log-details.ts";
import type { namesRequest, rowsRequest, searchRequest } from "./log-requests.ts";
import type { Past } from "./past.ts";
import type { NamedQuery, SavedQuery } from "./saved-queries.ts";
import type { Suggestions, SuggestRequest } from "./suggestions.ts";
import type { DashboardCalls, Standing } from "./webview.ts";

/** Most records of one answer: a page asks for what it shows, and a little around it. */
export const MOST_ROWS = 500;
/** So much of a message is in the list (UTF-16 units); the details have it all. */
export const SHOWN = 2_000;
/** Fields that rows are fetched with, at most, and so much of a value (UTF-16 units). */
export const MOST_FIELDS = 20;
export const SHOWN_VALUE = 300;
/** Most names of fields that are offered as columns, and UTF-16 units of one. */
export const MOST_NAMES = 300;
export const LONGEST_NAME = 1_000;
/** Most places at which lines were given up. */
export const MOST_DROPS = 500;
/** Most steps of the histogram. */
export const MOST_POINTS = 400;

export const whole = z.number().check(z.int(), z.nonnegative());
export const moment = z.number().check(z.gte(-8.64e15), z.lte(8.64e15));
export const level = z.enum([...LEVELS, "none"]);
export const text = (most: number) => z.string().check(z.maxLength(most));

/** Tells a record's place: its time (ms), nanoseconds, number of the segment of the store, id in it. */
export const key = z.tuple([moment, whole, whole, whole]);

export const mark = z.strictObject({
  segment: whole,
  files: z.array(z.tuple([whole, whole])),
});
export const instant = z.strictObject({ at: moment, mark: z.optional(mark) });

export const keyRequest = z.strictObject({ search: whole, key });
export const copyRequest = z.strictObject({
  search: whole,
  key,
  as: z.enum(["line", "json", "markdown", "filter"]),
});
/** Up to where the view shows the store as it is asked; absent: that is not known, as of an index. */
export const liveAnswer = z.object({ mark: z.optional(mark) });

/** A sink whose index can be searched. */
export const places = z.array(z.object({ id: z.string(), type: z.optional(z.string()) }));

/** Messages of sources that were lost before they could be read, as far as anyone tells; no source that lost none. */
export const losses = z.array(z.object({ source: z.string(), messages: whole }));

/** What a view is opened for; what is absent is not narrowed. */
export const logTarget = z.strictObject({
  source: z.optional(text(1_000)),
  /** Id of the sink whose index is searched; absent: the store of this computer. */
  index: z.optional(text(1_000)),
  query: z.optional(text(10_000)),
  levels: z.optional(z.array(level).check(z.maxLength(7))),
  /** The last so many seconds, or from one moment to another (ms since the epoch). */
  range: z.optional(
    z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("last"), seconds: whole.check(z.gte(1)) }),
      z.strictObject({ kind: z.literal("between"), since: moment, until: moment }),
    ]),
  ),
  /** The dashboard asks for it. */
  charts: z.optional(
    z.strictObject({
      /** What the charts show alone; absent: all sources. */
      source: z.optional(text(1_000)),
      /**
       * A view that the dashboard opened is taken along to their time and source, its query and levels stay. A span that
       * was `selected` on a chart opens one; where they were only `moved`, nothing is opened.
       */
      along: z.optional(z.enum(["selected", "moved"])),
    }),
  ),
});

/** A record in the list. */
export const row = z.object({
  key,
  time: moment,
  nanos: whole,
  level: z.optional(z.enum(LEVELS)),
  source: z.string(),
  message: z.string(),
  /** So many more characters (UTF-16 units) the message has. */
  more: whole,
  /** It was longer than a bound when it was read: so many bytes of it were kept. */
  short: z.optional(whole),
  /** Lines that it has as a whole. */
  lines: whole,
  /** Names and texts of those of the fields asked for that it has. */
  values: z.array(z.tuple([z.string(), z.string()])),
  /** No parser took it. */
  unparsed: z.boolean(),
});

export const rowsAnswer = z.object({
  search: whole,
  version: whole,
  /** Place of the first row, and of the record of the key that was asked for. */
  from: whole,
  at: whole,
  rows: z.array(row),
});

/** Names of fields that records of the search have, the most frequent first. */
export const namesAnswer = z.object({ names: z.array(z.string()) });

/** What is wrong with a query: why, and where (from 0; absent: as a whole). */
export const searchAnswer = z.object({
  problem: z.optional(z.object({ reason: z.string(), column: z.optional(whole) })),
});

export const details = z.object({
  id: z.string(),
  /** The id that sinks know it by: one that it brought with it goes before the store's. */
  sentAs: z.string(),
  time: moment,
  nanos: whole,
  level: z.optional(z.enum(LEVELS)),
  status: z.optional(z.number()),
  source: z.string(),
  file: z.string(),
  offset: whole,
  message: z.string(),
  raw: z.string(),
  fields: z.record(z.string(), z.unknown()),
  error: z.optional(z.string()),
  /** Places in code that its texts name: in which text (see `textsOf`), from where to where. */
  links: z.array(z.object({ in: z.string(), from: whole, to: whole })),
});

/** A search ended without a result, or can't go on. */
export const failure = z.object({
  /** Which; absent: whichever there is, as there is nobody to search. */
  search: z.optional(whole),
  reason: z.string(),
  /** The place, when its query is why. */
  column: z.optional(whole),
});

/** How far a search is, several times a second while it goes on and while lines come. */
export const progress = z.object({
  search: whole,
  /** Rises with each notice. */
  version: whole,
  count: whole,
  /** Records looked at, of how many. */
  scanned: whole,
  total: whole,
  done: z.boolean(),
  /** Places from here on may hold other records than at the version before; null: none. */
  changedFrom: z.nullable(whole),
  /** By LEVELS and then without one, of what matches but for its level. */
  levels: z.array(whole),
  sources: z.array(z.string()),
  damaged: whole,
  /** Records of any log that the store dropped so far, to make room or for their age. */
  removed: z.optional(whole),
  /** So many of them for their age. */
  aged: z.optional(whole),
  /** Time of the first record of any log that the store still has. */
  oldest: z.optional(moment),
  /** Lines within range and sources that sinks never got because the spool was full: when the first of each was. */
  drops: z.optional(z.array(z.object({ time: moment, sinks: z.array(z.tuple([z.string(), whole])) }))),
  /** Counts step by step; classes are levels (LEVELS, none), then statuses (1xx to 5xx, none). They add up to `count` each. */
  histogram: z.object({ start: z.number(), step: z.number(), classes: z.array(z.array(whole)) }),
  /**
   * Fields that the query asks for and no record within range and sources has, where nothing is found: the field that
   * may be meant, and the query that asks for that.
   */
  missing: z.optional(
    z.array(z.object({ name: z.string(), near: z.optional(z.string()), query: z.optional(z.string()) })),
  ),
});

/** How numbers are spread. */
const spread = z.object({
  count: whole,
  min: z.number(),
  max: z.number(),
  p50: z.optional(z.number()),
  p90: z.optional(z.number()),
  p95: z.optional(z.number()),
  p99: z.optional(z.number()),
  /** The quantiles are estimates of a server's, of no known precision. */
  rough: z.optional(z.boolean()),
});

/** How the numbers of a field of the hits are spread over time, as often as facets are told. */
export const trend = z.object({
  search: whole,
  field: z.string(),
  /** Hits that were looked at, of how many; when `done` and fewer, they are a sample. */
  counted: whole,
  hits: whole,
  done: z.boolean(),
  /** The steps of the histogram, in ms. */
  start: z.number(),
  step: z.number(),
  steps: z.array(z.nullable(spread)),
  overall: z.optional(spread),
});

/** What values the fields of the hits have, about once a second while they are counted and while lines come. */
export const facets = z.object({
  search: whole,
  /** The query whose hits these are of. */
  query: z.string(),
  /** Hits that were counted, of how many; when `done` and fewer, they are a sample. */
  counted: whole,
  hits: whole,
  done: z.boolean(),
  fields: z.array(
    z.object({
      /** As a query names it. */
      name: z.string(),
      /** Hits among those counted that have it, and those whose value is too long to be listed. */
      records: whole,
      long: whole,
      /** Different values; `more`: at least. */
      distinct: whole,
      more: z.boolean(),
      /** The number of different values is an estimate. */
      rough: z.optional(z.boolean()),
      /** Whether the values are the most frequent ones, and their counts right, of what was counted. */
      exact: z.boolean(),
      values: z.array(z.object({ text: z.string(), count: whole, missed: whole })),
      numbers: z.optional(spread),
    }),
  ),
  /** Fields that there are beside these. */
  others: whole,
});

export type FacetsTold = z.infer<typeof facets>;
export type TrendTold = z.infer<typeof trend>;
export type Key = z.infer<typeof key>;
export type SearchRequest = z.infer<typeof searchRequest>;
export type RowsRequest = z.infer<typeof rowsRequest>;
export type KeyRequest = z.infer<typeof keyRequest>;
export type CopyRequest = z.infer<typeof copyRequest>;
export type NamesRequest = z.infer<typeof namesRequest>;
export type NamesAnswer = z.infer<typeof namesAnswer>;
export type Place = z.infer<typeof places>[number];
export type Loss = z.infer<typeof losses>[number];
export type LogTarget = z.infer<typeof logTarget>;
export type Row = z.infer<typeof row>;
export type RowsAnswer = z.infer<typeof rowsAnswer>;
export type SearchAnswer = z.infer<typeof searchAnswer>;
export type Details = z.infer<typeof details>;
export type Progress = z.infer<typeof progress>;
export type LevelChoice = z.infer<typeof level>;
export type LiveAnswer = z.infer<typeof liveAnswer>;
export type Failure = z.infer<typeof failure>;

/** Log view page → extension. */
export type LogCalls = {
  /** Begins a search, and ends the one before. */
  search: [SearchRequest, SearchAnswer];
  rows: [RowsRequest, RowsAnswer];
  /** Fields that can be shown as columns. */
  names: [NamesRequest, NamesAnswer];
  /** What could be written at a place of the query. */
  suggest: [SuggestRequest, Suggestions];
  details: [KeyRequest, Details];
  /** Whether lines that come are told of. */
  live: [{ readonly live: boolean }, LiveAnswer];
  /** Whether facets are counted and told of. */
  facets: [{ readonly on: boolean }, void];
  /** The field whose numbers are counted and told over time; absent: none. Nothing where an index is searched. */
  trend: [{ readonly field?: string }, void];
  /** Opens the file of a record at its line. */
  open: [KeyRequest, void];
  copy: [CopyRequest, void];
  run: DashboardCalls["run"];
  /** How the engine and its sources are. */
  standing: [undefined, Standing];
  /** The saved searches; the notice `queries` tells of changes. */
  queries: [undefined, readonly NamedQuery[]];
  /** Lets the user choose one, and save the one that is shown. */
  pickQuery: [{ readonly now: SavedQuery }, { readonly query?: SavedQuery }];
  /** Queries that were asked in any view, the newest last. */
  history: [undefined, readonly Past[]];
  /** One was asked. */
  asked: [Past, void];
  /** Where can be searched; the notice `places` tells of changes. */
  places: [undefined, Place[]];
  /** What was lost before it could be read; the notice `losses` tells of changes. */
  losses: [undefined, Loss[]];
  /** What the view was opened for, and what it was wanted for since. */
  opened: [undefined, readonly LogTarget[]];
} & DetailCalls;

/** Extension → log view page. */
export type LogNotices = {
  progress: Progress;
  queries: readonly NamedQuery[];
  places: Place[];
  losses: Loss[];
  /** A saved search is to be shown. */
  apply: SavedQuery;
  /** The view is wanted for something else now. */
  show: LogTarget;
  facets: FacetsTold;
  trend: TrendTold;
  failed: Failure;
};

/** Extension → query thread: each view has a number. */
export type QueryCalls = {
  search: [{ readonly view: number; readonly dataDir: string; readonly request: unknown }, SearchAnswer];
  rows: [{ readonly view: number; readonly request: unknown }, RowsAnswer];
  names: [{ readonly view: number; readonly request: unknown }, NamesAnswer];
  suggest: [{ readonly view: number; readonly request: unknown }, Suggestions];
  details: [{ readonly view: number; readonly request: unknown }, Details];
  live: [{ readonly view: number; readonly request: unknown }, LiveAnswer];
  facets: [{ readonly view: number; readonly request: unknown }, void];
  trend: [{ readonly view: number; readonly request: unknown }, void];
  /** What a paused view shows of what its search would find. */
  shown: [{ readonly view: number; readonly request: unknown }, Shown];
  /** Where the line of a record is, counted from 1. */
  place: [{ readonly view: number; readonly request: unknown }, FilePlace];
  close: [{ readonly view: number }, void];
} & DetailQueries;
/** Query thread → extension. */
export type QueryNotices = {
  exported: ExportProgress;
  progress: { readonly view: number; readonly progress: Progress };
  facets: { readonly view: number; readonly facets: FacetsTold };
  trend: { readonly view: number; readonly trend: TrendTold };
  failed: { readonly view: number; readonly search: number } & Failure;
};
