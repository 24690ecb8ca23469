import { reasonOf, UserError } from "../errors.ts";
import { byTime } from "../lib/instant.ts";
import {
  facetsRequest,
  liveRequest,
  namesRequest,
  rowsRequest,
  searchRequest,
  shownRequest,
} from "../protocol/log-requests.ts";
import {
  type Details,
  type FacetsTold,
  keyRequest,
  LONGEST_NAME,
  MOST_NAMES,
  type Progress,
  type QueryCalls,
  type QueryNotices,
  type SearchAnswer,
  type SearchRequest,
} from "../protocol/log-view.ts";
import type { RemoteName } from "../protocol/remote.ts";
import { suggestRequest } from "../protocol/suggestions.ts";
import { Superseded } from "../protocol/superseded.ts";
import type { RemoteIndex } from "../sinks/elastic-index.ts";
import type { StoredRecord } from "../store/reader.ts";
import { detailsOf, linksOf, problemOf } from "../store/told.ts";
import { changedFrom } from "./changes.ts";
import { facetsOf } from "./facets.ts";
import { type Figures, lookUp } from "./figures.ts";
import { FIELD_CAPS, type Mapping, readMapping } from "./mapping.ts";
import { createPlaces, type Places } from "./places.ts";
import { recordOf } from "./record.ts";
import { rowOf } from "./row.ts";
import { createRemoteSearch, type RemoteSearch } from "./search.ts";
import { suggestRemote } from "./suggest.ts";

/** A server is asked again this long (ms) after its answer, and so many times as long as that took. */
const EVERY = 5_000;
const SHARE = 5;
/** A search that was just begun may have been superseded by the next key: it is asked after so long (ms). */
const REST = 60;
/** What an index tells of its fields is believed for so long (ms). */
const FRESH = 30_000;

/** An index, as long as it is asked. */
export interface OpenIndex {
  readonly index: RemoteIndex;
  close(): void;
}

interface Parts {
  /**
   * Whoever the sink of an id writes to.
   * @throws UserError when there is none, or it is not allowed to be asked
   */
  readonly open: (sink: string) => Promise<OpenIndex>;
  readonly tell: <K extends "progress" | "facets" | "failed">(name: K, told: QueryNotices[K]) => void;
  /** See EVERY. */
  readonly every?: number;
}

type Asked = { readonly view: number; readonly request: unknown };

/** Searches of several views in indexes that sinks write to. */
export interface RemoteViews {
  /** Begins a search of a view in place of the one before, which is given up. */
  search(asked: Asked): Promise<SearchAnswer>;
  readonly calls: {
    readonly [K in Exclude<RemoteName, "search" | "close" | "bytes" | "place">]: (
      asked: Asked,
    ) => Promise<QueryCalls[K][1]>;
  };
  record(asked: Asked): Promise<StoredRecord>;
  end(view: number): void;
  close(): void;
}

interface Running {
  readonly request: SearchRequest;
  search: RemoteSearch;
  readonly opened: OpenIndex;
  readonly over: AbortController;
  version: number;
  figures: Figures | undefined;
  places: Places | undefined;
  /** Settles with the first answer of the index, or the end of the search. */
  readonly answered: PromiseWithResolvers<void>;
  /** Undefined: a look is under way. */
  timer: NodeJS.Timeout | undefined;
}

/** What stays when a view searches for something else. */
interface Wishes {
  live: boolean;
  facets: boolean;
}

export function createRemoteViews({ open, tell, every = EVERY }: Parts): RemoteViews {
  const running = new Map<number, Running>();
  /** What was told of the fields of an index, and when. */
  const mapped = new WeakMap<RemoteIndex, { readonly at: number; readonly mapping: Mapping }>();
  const wishes = new Map<number, Wishes>();
  /** Rises with each search; what was asked of a view before its last one is out of date. */
  let latest = 0;
  const turns = new Map<number, number>();

  const end = (view: number): void => {
    const before = running.get(view);
    running.delete(view);
    clearTimeout(before?.timer);
    before?.over.abort();
    before?.answered.resolve();
    before?.opened.close();
  };

  const wishesOf = (view: number): Wishes => {
    const found = wishes.get(view) ?? { live: true, facets: false };
    wishes.set(view, found);
    return found;
  };

  /** A key later the fields are the same. */
  const mappingOf = async (index: RemoteIndex, signal: AbortSignal): Promise<Mapping> => {
    const known = mapped.get(index);
    if (known && performance.now() - known.at < FRESH) return known.mapping;
    const mapping = readMapping(await index.ask(FIELD_CAPS, undefined, signal), index.layout);
    mapped.set(index, { at: performance.now(), mapping });
    return mapping;
  };

  const look = async (view: number, one: Running): Promise<void> => {
    one.timer = undefined;
    const began = performance.now();
    try {
      const { index } = one.opened;
      const mapping = await mappingOf(index, one.over.signal);
      // What came may have fields that nothing had before.
      if (mapping !== one.search.mapping)
        one.search = createRemoteSearch(index, mapping, one.request, one.over.signal);
      const figures = await lookUp(one.search, one.request.points);
      if (running.get(view) !== one) return;
      const from = changedFrom(one.figures?.steps, figures.steps);
      one.figures = figures;
      one.places = createPlaces(one.search, figures);
      one.answered.resolve();
      one.version++;
      tell("progress", { view, progress: progressOf(one, figures, from) });
      if (wishesOf(view).facets && from !== undefined) await count(view, one);
    } catch (error) {
      if (running.get(view) !== one) return;
      tell("failed", { view, search: one.request.search, reason: reasonOf(error) });
    }
    if (running.get(view) !== one || one.timer) return;
    const took = performance.now() - began;
    one.timer = setTimeout(() => wishesOf(view).live && void look(view, one), Math.max(every, SHARE * took));
  };

  const count = async (view: number, one: Running): Promise<void> => {
    if (!one.figures) return;
    const { search, query } = one.request;
    const found = await facetsOf(one.search, one.figures.count);
    const facets: FacetsTold = { ...found, search, query };
    if (running.get(view) === one && wishesOf(view).facets) tell("facets", { view, facets });
  };

  const current = (view: number, search?: number): Running => {
    const one = running.get(view);
    if (!one || (search !== undefined && one.request.search !== search)) throw new Superseded();
    return one;
  };

  const placesOf = async (one: Running): Promise<{ readonly places: Places; readonly version: number }> => {
    await one.answered.promise;
    if (!one.places) throw new Superseded();
    return { places: one.places, version: one.version };
  };

  const record = async ({ view, request }: Asked): Promise<StoredRecord> => {
    const { search, key } = keyRequest.parse(request);
    const one = current(view, search);
    const hit = await (await placesOf(one)).places.find(key);
    if (!hit) throw new UserError("the index no longer has this document, or it fits the search no longer");
    return recordOf(hit, one.search.mapping.layout);
  };

  return {
    async search({ view, request: asked }) {
      const request = byTime(searchRequest.parse(asked));
      const turn = ++latest;
      turns.set(view, turn);
      const over = new AbortController();
      const opened = await open(request.index ?? "");
      const { index } = opened;
      try {
        const mapping = await mappingOf(index, over.signal);
        const search = createRemoteSearch(index, mapping, request, over.signal);
        if (turns.get(view) !== turn) throw new Superseded();
        // What is wrong with the query leaves the search before in force.
        end(view);
        const one: Running = {
          request,
          search,
          opened,
          over,
          version: 0,
          figures: undefined,
          places: undefined,
          answered: Promise.withResolvers(),
          timer: undefined,
        };
        running.set(view, one);
        one.timer = setTimeout(() => void look(view, one), REST);
        return {};
      } catch (error) {
        opened.close();
        if (error instanceof UserError && error.message.includes("\n"))
          return { problem: problemOf(error.message) };
        throw error;
      }
    },
    calls: {
      async rows({ view, request }) {
        const { search, from, count, fields = [] } = rowsRequest.parse(request);
        const one = current(view, search);
        const { places, version } = await placesOf(one);
        const at = typeof from === "number" ? from : await places.rank(from.key);
        const first = typeof from === "number" ? from : Math.max(0, at - from.before);
        const size = Math.max(0, Math.min(count, (one.figures?.count ?? 0) - first));
        const hits = await places.hits(first, size);
        const { layout } = one.search.mapping;
        return { search, version, from: first, at, rows: hits.map((hit) => rowOf(hit, layout, fields)) };
      },
      async names({ view, request }) {
        const { mapping } = current(view, namesRequest.parse(request).search).search;
        return { names: mapping.names.filter(({ length }) => length <= LONGEST_NAME).slice(0, MOST_NAMES) };
      },
      async shown({ view, request }) {
        return { count: current(view, shownRequest.parse(request).search).figures?.count };
      },
      async suggest({ view, request }) {
        const { query, at } = suggestRequest.parse(request);
        return suggestRemote(current(view).search, query, at);
      },
      details: async (asked): Promise<Details> => detailsOf(await record(asked)),
      links: async (asked) => linksOf(await record(asked)),
      async live({ view, request }) {
        const wanted = wishesOf(view);
        const before = wanted.live;
        wanted.live = liveRequest.parse(request).live;
        const one = running.get(view);
        if (one?.timer && wanted.live && !before) {
          clearTimeout(one.timer);
          void look(view, one);
        }
        return {};
      },
      async facets({ view, request }) {
        wishesOf(view).facets = facetsRequest.parse(request).on;
        const one = running.get(view);
        if (one && wishesOf(view).facets) await count(view, one);
      },
    },
    record,
    end(view) {
      end(view);
      turns.delete(view);
      wishes.delete(view);
    },
    close() {
      for (const view of running.keys()) end(view);
    },
  };
}

function progressOf({ request, version }: Running, figures: Figures, from: number | undefined): Progress {
  const { count, total, levels, sources, histogram } = figures;
  return {
    search: request.search,
    version,
    count,
    scanned: total,
    total,
    done: true,
    changedFrom: from ?? null,
    levels: [...levels],
    sources: [...sources],
    damaged: 0,
    histogram: { ...histogram, classes: histogram.classes.map((column) => [...column]) },
  };
}
