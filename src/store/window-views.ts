import { reasonOf, UserError } from "../errors.ts";
import { byTime, type Mark } from "../lib/instant.ts";
import type { Suggestions } from "../protocol/suggestions.ts";
import type { Crew } from "./crew.ts";
import { createQueryWatchdog } from "./expression.ts";
import { markOf } from "./extent.ts";
import type { StoredRecord } from "./reader.ts";
import { suggest } from "./suggest.ts";
import { createWindow, type Window, type WindowFigures, type WindowSearch } from "./window.ts";
import { type Counting, createCounting } from "./window-counts.ts";
import type { Key } from "./window-cut.ts";
import { createFacets, type FacetsFound } from "./window-facets.ts";
import type { Histogram } from "./window-histogram.ts";
import { createMissing, type Missing, type MissingField } from "./window-missing.ts";
import { recordIn } from "./window-record.ts";
import { createShelves } from "./window-shelves.ts";
import { createTrend, type TrendFound } from "./window-trend.ts";
import { createTurns, type Turns } from "./window-turns.ts";

/** How long (ms) a view is worked for before others, and messages, have their turn. */
const SLICE = 20;
/** Between two looks for what has come, and at least between two tellings, in ms. */
const EVERY = 250;
/**
 * How long (ms) a search has before it tells what it has so far: with the way to the page less than a tenth of a second.
 * Less makes it slower: each telling has the page draw and ask.
 */
const FIRST = 40;

export interface Told extends WindowFigures {
  readonly version: number;
  /** See Window.changedFrom. */
  readonly changedFrom: number;
  readonly histogram: Histogram;
  /** Why nothing may be found, once that is looked into. */
  readonly missing: readonly MissingField[];
}

/** A search of a view. */
export interface View {
  readonly version: number;
  readonly window: Window;
  /** Tells at once what was not told yet, so that an answer is never ahead of it, nor of what was dropped. */
  flush(): void;
  readonly turns: Turns;
  /** Whether it hears of what has come. */
  readonly live: boolean;
  /** The record of a key, also one that the search leaves out; undefined when the store no longer has it. */
  record(key: Key): StoredRecord | undefined;
  /** See `suggest`, within the range, sources and levels of the search. */
  suggest(query: string, at: number): Suggestions;
}

interface Parts {
  readonly tell: (view: number, told: Told) => void;
  readonly fail: (view: number, reason: string) => void;
  /** The facets of a search, of views that want them. */
  readonly facets: (view: number, found: FacetsFound) => void;
  /** A field over time, of views that want one. */
  readonly trend: (view: number, field: string, found: TrendFound) => void;
  /** Whether something that is told with a search has changed, though the store has not. Asked four times a second. */
  readonly changed?: (view: number) => boolean;
  /** Other threads that help. */
  readonly crew?: Crew;
}

/** Searches of several views, each in turns, kept up to date with what is written to their stores. */
export interface Views {
  /**
   * Begins a search of a view in place of the one before, which ends at once.
   * @throws UserError for what is wrong with the query
   */
  search(view: number, dataDir: string, search: WindowSearch, points: number): void;
  /** Whether a view hears of what has come. What was dropped it hears of in any case. */
  setLive(view: number, live: boolean): void;
  /** Up to where a view shows the store; undefined: it shows nothing. */
  mark(view: number): Mark | undefined;
  /** Whether the facets of a view's searches are counted. */
  setFacets(view: number, on: boolean): void;
  /** The field whose numbers are told over the time of a view's searches; undefined: none. */
  setTrend(view: number, field: string | undefined): void;
  /** The search of a view. @throws UserError when there is none */
  view(view: number): View;
  end(view: number): void;
  close(): void;
}

interface Running extends View {
  readonly dataDir: string;
  live: boolean;
  readonly points: number;
  readonly missing: Missing;
  facets: Counting | undefined;
  trend: (Counting & { readonly field: string }) | undefined;
  /** Something of these may be left to count. */
  counting: boolean;
  /** The store has changed since it was looked at; which revision of it that was. */
  stale: boolean;
  seen: number;
  /** Something was looked at since it was told last. */
  news: boolean;
  busy: boolean;
  /** Its query is refused, over any line that comes: nothing more is looked at. */
  refused: boolean;
}

export function createViews({
  tell,
  fail,
  facets: tellFacets,
  trend: tellTrend,
  changed,
  crew,
}: Parts): Views {
  const running = new Map<number, Running>();
  const watchdog = createQueryWatchdog();
  let timer: NodeJS.Timeout | undefined;

  const { of: shelfOf, keep } = createShelves();
  const sweep = (): void => keep(new Set([...running.values()].map(({ dataDir }) => dataDir)));

  const begin = (
    id: number,
    dataDir: string,
    window: Window,
    points: number,
    search: WindowSearch,
    before: Running | undefined,
  ): Running => {
    let version = 0;
    const view: Running = {
      dataDir,
      window,
      live: true,
      points,
      missing: createMissing(shelfOf(dataDir), window, watchdog, before?.missing),
      facets: undefined,
      trend: undefined,
      counting: true,
      stale: false,
      seen: shelfOf(dataDir).revision(),
      news: true,
      busy: false,
      refused: false,
      turns: createTurns(),
      get version() {
        return version;
      },
      record(key) {
        note(dataDir);
        return recordIn(shelfOf(dataDir), key);
      },
      suggest: (query, at) =>
        suggest({ shelf: shelfOf(dataDir), search: byTime(search), watchdog }, query, at),
      flush() {
        shed(view);
        if (!view.news) return;
        view.news = false;
        const changedFrom = window.changedFrom();
        tell(id, {
          ...window.figures(),
          version: ++version,
          changedFrom,
          histogram: window.histogram(points),
          missing: view.missing.fields,
        });
      },
    };
    return view;
  };

  /** Looks at all that a search has not looked at yet. */
  const work = async (id: number, view: Running): Promise<void> => {
    if (view.busy || view.refused) return;
    view.busy = true;
    let told = performance.now() - EVERY + FIRST;
    view.turns.begin();
    try {
      view.counting = true;
      for (let more = true; ; ) {
        if (more) {
          more = view.window.work(SLICE);
          // What is found at once is told with the rest.
          if (!more) view.missing.work(SLICE);
          view.news = true;
          if (!more || performance.now() - told >= EVERY) {
            view.flush();
            told = performance.now();
            view.turns.tell(more);
          }
        }
        if (!more && view.counting) count(view);
        // What is searched for next is searched for in what is unpacked by now.
        if (!more && !view.counting && !view.window.warm(SLICE)) break;
        await new Promise((resolve) => setImmediate(resolve));
        if (more) await view.window.ready();
        if (running.get(id) !== view) break;
        // That may take seconds: what comes meanwhile is not left waiting.
        if (more || !view.stale || !view.live) continue;
        refresh(view);
        more = view.counting = true;
        view.turns.begin();
      }
    } catch (error) {
      view.refused = error instanceof UserError;
      view.counting = false;
      if (running.get(id) === view) fail(id, reasonOf(error));
    } finally {
      view.busy = false;
      view.turns.tell(false);
    }
  };

  const retell = (view: Running): void => {
    view.news = true;
    view.flush();
  };

  /** Counts on, until there is nothing left to count, or nobody wants it. */
  const count = (view: Running): void => {
    const { trend, facets, missing } = view;
    const before = missing.fields;
    view.counting = false;
    const looking = missing.work(SLICE);
    if (missing.fields !== before) retell(view);
    const more = trend?.work(SLICE) || looking;
    view.counting = facets?.work(SLICE) || more || view.counting;
  };

  const countFacets = (id: number, { dataDir, window }: Running): Counting =>
    createCounting(createFacets(shelfOf(dataDir), window), (found) => tellFacets(id, found));

  const countTrend = (id: number, { dataDir, window, points }: Running, field: string): Running["trend"] => {
    const trend = createTrend(shelfOf(dataDir), window, field, points);
    return { field, ...createCounting(trend, (found) => tellTrend(id, field, found)) };
  };

  /** Marks all searches of a store that has changed, or that another of them, or a request, has seen change. */
  const note = (dataDir: string): void => {
    const shelf = shelfOf(dataDir);
    const changed = shelf.changed();
    for (const view of running.values())
      if (view.dataDir === dataDir) view.stale ||= changed || view.seen !== shelf.revision();
  };

  const refresh = (view: Running): void => {
    view.stale = false;
    view.window.refresh();
    view.seen = shelfOf(view.dataDir).revision();
  };

  const renew = (id: number, view: Running): void => {
    refresh(view);
    void work(id, view);
  };

  const due = ({ stale, live, busy, refused }: Running): boolean => stale && live && !busy && !refused;

  /** What was dropped leaves each view: without it, others would stand in its places. */
  const shed = (view: Running): boolean => {
    if (!view.window.shed()) return false;
    view.news = view.counting = true;
    return true;
  };

  const look = (): void => {
    for (const [id, view] of running) {
      try {
        note(view.dataDir);
        if (view.live && !view.busy && changed?.(id)) retell(view);
        if (due(view)) {
          renew(id, view);
          continue;
        }
        if (shed(view)) view.flush();
        if (view.busy) continue;
        if (view.counting) void work(id, view);
        for (const counting of [view.trend, view.facets]) counting?.show();
      } catch (error) {
        fail(id, reasonOf(error));
      }
    }
  };

  return {
    search(id, dataDir, search, points) {
      note(dataDir);
      // What is wrong with the query leaves the search before in force.
      const before = running.get(id);
      const same = before?.dataDir === dataDir ? before : undefined;
      const window = createWindow(shelfOf(dataDir), search, { before: same?.window, watchdog, points, crew });
      const view = begin(id, dataDir, window, points, search, same);
      view.live = before?.live ?? true;
      if (before?.facets) view.facets = countFacets(id, view);
      if (before?.trend) view.trend = countTrend(id, view, before.trend.field);
      running.set(id, view);
      before?.turns.tell(false);
      sweep();
      timer ??= setInterval(look, EVERY);
      // The caller's answer goes first.
      setImmediate(() => running.get(id) === view && void work(id, view));
    },
    setLive(id, live) {
      const view = running.get(id);
      if (!view) return;
      view.live = live;
      if (due(view)) renew(id, view);
    },
    mark(id) {
      const view = running.get(id);
      return view && markOf(view.window.extent);
    },
    setFacets(id, on) {
      const view = running.get(id);
      if (!view || (view.facets !== undefined) === on) return;
      view.facets = on ? countFacets(id, view) : undefined;
      // Also where it is at work already, on something else.
      view.counting ||= on;
      if (on) void work(id, view);
    },
    setTrend(id, field) {
      const view = running.get(id);
      if (!view || view.trend?.field === field) return;
      view.trend = field === undefined ? undefined : countTrend(id, view, field);
      view.counting ||= field !== undefined;
      if (field !== undefined) void work(id, view);
    },
    view(id) {
      const view = running.get(id);
      if (!view) throw new UserError("this view has no search");
      return view;
    },
    end(id) {
      running.get(id)?.turns.tell(false);
      running.delete(id);
      sweep();
      if (running.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
    close() {
      for (const { turns } of running.values()) turns.tell(false);
      running.clear();
      sweep();
      clearInterval(timer);
      timer = undefined;
    },
  };
}
