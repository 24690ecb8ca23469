import { availableParallelism } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { parentPort, Worker } from "node:worker_threads";
import { UserError } from "./errors.ts";
import { byTime } from "./lib/instant.ts";
import { filePlace } from "./lib/line-number.ts";
import { createLineWindows } from "./lib/line-window.ts";
import { recordBytes } from "./lib/record-bytes.ts";
import { LEVELS } from "./model.ts";
import { createChannel } from "./protocol/channel.ts";
import {
  facetsRequest,
  liveRequest,
  namesRequest,
  rowsRequest,
  searchRequest,
  shownRequest,
  trendRequest,
} from "./protocol/log-requests.ts";
import {
  type FacetsTold,
  keyRequest,
  LONGEST_NAME,
  MOST_DROPS,
  MOST_NAMES,
  type Progress,
  type QueryCalls,
  type QueryNotices,
  type Row,
  SHOWN,
  SHOWN_VALUE,
} from "./protocol/log-view.ts";
import { suggestRequest } from "./protocol/suggestions.ts";
import { Superseded } from "./protocol/superseded.ts";
import { createDropReader, type Span } from "./spool/drop-reader.ts";
import { createCrew } from "./store/crew.ts";
import { exportSearch } from "./store/export.ts";
import { CUT } from "./store/own-id.ts";
import type { StoredRecord } from "./store/reader.ts";
import { createShown, fieldNames, type Shown } from "./store/shown.ts";
import { detailsOf, linesOf, linksOf, problemOf } from "./store/told.ts";
import type { FacetsFound } from "./store/window-facets.ts";
import type { Found } from "./store/window-ranks.ts";
import { createViews, type View } from "./store/window-views.ts";

/** So many of a record's bytes are shown. */
const SHOWN_BYTES = 4096;

/** Largest file (bytes) that the editor gives extensions: in VS Code itself, "isTooLargeForSynchronization". */
const EDITABLE = 50 << 20;
const lineWindows = createLineWindows();

/** The search of a view: the number that its page gave it, and what it is for. */
interface SearchOf {
  readonly search: number;
  readonly query: string;
  readonly dataDir: string;
  readonly what: Span;
}

/** Threads that help this one: fewer than there are cores, of which the editor needs one too. */
const HANDS = Math.min(3, availableParallelism() - 1);

const port = parentPort;
if (!port) throw new Error("query.ts runs in a worker thread only");

const searches = new Map<number, SearchOf>();
const drops = createDropReader();
const spawnScan = (): Worker =>
  new Worker(new URL("./scan.js", import.meta.url), {
    workerData: { role: "scan" },
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
/** What was told of lines that were given up, by view. */
const givenUp = new Map<number, NonNullable<Progress["drops"]>>();
const views = createViews({
  // The last lines that were given up may be noted after the last that came.
  changed: (view) => givenUp.has(view) && !isDeepStrictEqual(givenUp.get(view), dropsOf(searches.get(view))),
  ...(HANDS > 0 && { crew: createCrew(spawnScan, HANDS) }),
  tell: (view, { changedFrom, ...told }) =>
    channel.notify("progress", {
      view,
      progress: {
        ...told,
        levels: [...told.levels],
        sources: [...told.sources],
        missing: [...told.missing],
        histogram: { ...told.histogram, classes: told.histogram.classes.map((column) => [...column]) },
        search: searches.get(view)?.search ?? 0,
        drops: dropsFor(view),
        changedFrom: Number.isFinite(changedFrom) ? changedFrom : null,
      },
    }),
  facets: (view, found) => {
    const { search = 0, query = "" } = searches.get(view) ?? {};
    channel.notify("facets", { view, facets: { ...toldFacets(found), search, query } });
  },
  trend: (view, field, { steps, overall, ...found }) => {
    const { search = 0 } = searches.get(view) ?? {};
    const told = steps.map((step) => step ?? null);
    const trend = { ...found, search, field, steps: told, ...(overall && { overall }) };
    channel.notify("trend", { view, trend });
  },
  fail: (view, reason) => {
    const { search = 0 } = searches.get(view) ?? {};
    channel.notify("failed", { view, search, ...problemOf(reason) });
  },
});

const channel = createChannel<Record<never, never>, QueryNotices, QueryCalls, Record<never, never>>(
  {
    post: (message, transfer) => port.postMessage(message, transfer ? [...transfer] : []),
    listen: (receive) => port.on("message", receive),
  },
  {
    search({ view, dataDir, request }) {
      const { search, points, ...what } = searchRequest.parse(request);
      const before = searches.get(view);
      searches.set(view, { search, query: what.query, dataDir, what: byTime(what) });
      try {
        views.search(view, dataDir, what, points);
        givenUp.delete(view);
        return {};
      } catch (error) {
        if (before !== undefined) searches.set(view, before);
        if (!(error instanceof UserError)) throw error;
        return { problem: problemOf(error.message) };
      }
    },
    async rows({ view, request }) {
      const { search, from, count, fields = [] } = rowsRequest.parse(request);
      await current(view, search).turns.turn();
      const running = current(view, search);
      const { window } = running;
      running.flush();
      const at = typeof from === "number" ? from : window.rank(from.key);
      const first = typeof from === "number" ? from : Math.max(0, at - from.before);
      const shown = createShown(fields, SHOWN_VALUE);
      const rows = window.rows(first, count).map((found) => rowOf(found, shown));
      return { search, version: running.version, from: first, at, rows };
    },
    names({ view, request }) {
      const { search } = namesRequest.parse(request);
      return { names: fieldNames(current(view, search).window, MOST_NAMES, LONGEST_NAME) };
    },
    async suggest({ view, request }) {
      const { query, at } = suggestRequest.parse(request);
      // What is searched for goes first, unless that takes long: it is what the keys are typed for.
      for (let times = 0; times < 2; times++) await views.view(view).turns.told();
      return views.view(view).suggest(query, at);
    },
    details: ({ view, request }) => detailsOf(recordAt(view, request)),
    live({ view, request }) {
      const { live } = liveRequest.parse(request);
      const mark = views.mark(view);
      views.setLive(view, live);
      return { ...(mark && { mark }) };
    },
    facets({ view, request }) {
      views.setFacets(view, facetsRequest.parse(request).on);
    },
    trend({ view, request }) {
      views.setTrend(view, trendRequest.parse(request).field);
    },
    place({ view, request }) {
      const { file, offset, raw } = recordAt(view, request);
      return filePlace(file, offset, raw, EDITABLE);
    },
    async bytes({ view, request }) {
      const { file, offset, raw } = recordAt(view, request);
      const found = await recordBytes(file, offset, raw, SHOWN_BYTES);
      return {
        hex: found.bytes.toString("hex"),
        total: found.total,
        offset,
        ...(found.file !== undefined && { file: found.file }),
      };
    },
    shown({ view, request }) {
      const running = current(view, shownRequest.parse(request).search);
      running.flush();
      const { window } = running;
      const { count, done } = window.figures();
      return { count: done ? count : undefined, extent: window.extent };
    },
    export: ({ dataDir, request, path, format, shown }) => {
      const { search: _, points: __, ...search } = searchRequest.parse(request);
      return exportSearch({ dataDir, search, path, format, shown }, (figures) =>
        channel.notify("exported", figures),
      );
    },
    lines: (request) => lineWindows.read(request),
    links: ({ view, request }) => linksOf(recordAt(view, request)),
    close({ view }) {
      searches.delete(view);
      givenUp.delete(view);
      views.end(view);
    },
  },
  {},
);

function toldFacets({ fields, ...found }: FacetsFound): Omit<FacetsTold, "search" | "query"> {
  const told = fields.map(({ values, numbers, ...facet }) => ({
    ...facet,
    values: [...values],
    ...(numbers && { numbers }),
  }));
  return { ...found, fields: told };
}

function dropsFor(view: number): NonNullable<Progress["drops"]> {
  const known = views.view(view).live ? undefined : givenUp.get(view);
  const found = known ?? dropsOf(searches.get(view));
  givenUp.set(view, found);
  return found;
}

function dropsOf(search: SearchOf | undefined): NonNullable<Progress["drops"]> {
  return search ? drops.read(search.dataDir, search.what, MOST_DROPS) : [];
}

function current(view: number, search: number): View {
  if (searches.get(view)?.search !== search) throw new Superseded();
  return views.view(view);
}

function recordAt(view: number, request: unknown): StoredRecord {
  const { search, key } = keyRequest.parse(request);
  const record = current(view, search).record(key);
  if (!record) throw new UserError("the store no longer has this record: it was dropped to make room");
  return record;
}

function rowOf({ key, rows, at, file }: Found, shown: Shown): Row {
  const level = rows.level(at);
  const message = rows.message(at);
  return {
    key: [...key],
    time: rows.time(at),
    nanos: rows.nanos(at),
    ...(level !== undefined && { level: LEVELS[level] }),
    source: file.source,
    message: message.slice(0, SHOWN),
    more: Math.max(0, message.length - SHOWN),
    lines: linesOf(message),
    ...(rows.field(at, CUT) === true && { short: Buffer.byteLength(rows.raw(at)) }),
    values: shown(rows, at),
    unparsed: rows.error(at) !== undefined,
  };
}
