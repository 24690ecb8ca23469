import { type Key, type LogTarget, namesAnswer, type Progress, rowsAnswer } from "../../protocol/log-view.ts";
import { suggestions } from "../../protocol/suggestions.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { fieldsOf } from "./columns.ts";
import { createDetails } from "./details.ts";
import { type Chosen, createActs } from "./details-acts.ts";
import { createDetailsControl } from "./details-control.ts";
import type { Remedy } from "./empty.ts";
import { createFacetsControl } from "./facets-control.ts";
import { createLogFeed } from "./feed.ts";
import { connectLogHost } from "./host.ts";
import { createIndexPicker } from "./index-picker.ts";
import { createLines } from "./lines.ts";
import { createNote } from "./note.ts";
import { createLogPage } from "./page.ts";
import { createReading } from "./reading.ts";
import { createSavedButton } from "./saved-button.ts";
import { createSearching } from "./searching.ts";
import { pageKeys, pressed } from "./shortcuts.ts";
import { createStandingWatch } from "./standing.ts";
import {
  EVERYTHING,
  type Filter,
  type LogState,
  narrowing,
  outdated,
  remember,
  targetFilter,
} from "./state.ts";
import { createTimes } from "./times.ts";

/** Steps of the histogram. */
const POINTS = 160;
/** Between two looks whether "Last 15 min" has moved on, in ms. */
const OFTEN = 15_000;

/** What the parts of the page say to each other and to the extension. */
export function createController(
  l10n: L10n,
  formats: Formats,
  language: string,
): { readonly element: HTMLElement; start(): void } {
  const { t } = l10n;
  const times = createTimes(language);
  let progress: Progress | undefined;
  const note = createNote(() => draw());
  const noted = note.tell;

  const host = connectLogHost({
    progress: progressed,
    show: begin,
    queries: (queries) => saved.take(queries),
    places: (places) => indexes.take(places),
    apply: (query) => saved.show(query),
    facets: (told) => told.search === searching.begun && facets.told(told),
    failed: (failure) => searching.failed(failure),
  });
  let state: LogState = host.state;
  // Rows of a search that another has replaced by now are not to be had.
  const unread = (error: unknown): void => void (searching.settled && noted(error));

  const feed = createLogFeed({
    async fetch(request) {
      const fields = fieldsOf(state.display.columns);
      return rowsAnswer.parse(await host.channel.call("rows", { ...request, fields }));
    },
    changed: () => reading.draw(),
    fail: unread,
  });
  const reading = createReading({ feed, list: () => list, changed: settled, fail: unread }, state.kept);
  const searching = createSearching(
    {
      channel: host.channel,
      request: (now, paused) => ({
        ...narrowing(state.filter, now, paused),
        points: POINTS,
        ...(state.index !== undefined && { index: state.index }),
      }),
      latest: () => Math.max(Date.now(), feed.row(feed.count - 1)?.time ?? 0),
      asked() {
        const kept = reading.kept();
        return (search) => {
          reading.begin(search, kept);
          facets.begin();
        };
      },
      changed: draw,
      fail: noted,
    },
    state.paused,
  );
  const { search } = searching;
  const acts = createActs({
    l10n,
    channel: host.channel,
    choice: () => list.chosen,
    search: () => searching.begun,
    query: () => state.filter.query,
    setQuery: (query) => apply({ ...state.filter, query }, true),
    showFull: inFullLog,
    say: (text) => page.say(text),
    tell: note.tell,
    formats,
    close: () => inspecting.show(false),
  });
  const details = createDetails(l10n, formats, times, acts);
  const inspecting = createDetailsControl(
    {
      pane: () => details,
      details: acts.details,
      chosen: () => list.chosen,
      search: () => searching.begun,
      changed: (detailed) => void change({ detailed }),
      leave: () => list.focus(),
    },
    state.detailed,
  );
  const lines = createLines({
    l10n,
    formats,
    times,
    feed,
    filter: () => state.filter,
    apply: (filter) => apply(filter, false),
    display: () => state.display,
    keep(display) {
      keep({ display });
      page.restyle();
      draw();
    },
    load: async (row) => (await acts.details(row)).message,
    names: async () => namesAnswer.parse(await host.channel.call("names", { search: searching.begun })).names,
    moved(atEnd) {
      reading.moved(atEnd);
      settled();
    },
    chosen(row) {
      keep({ chosen: row?.key });
      if (row) inspecting.choose(row.key);
    },
    opened({ key }) {
      if (!inspecting.open) inspecting.show(true);
      inspecting.choose(key);
    },
    keydown: (event) =>
      pressed(event, {
        ...acts,
        back,
        pause,
        search: page.focusQuery,
        detailed: () => inspecting.open,
        showDetails: inspecting.show,
        toggleDetails: inspecting.toggle,
      }),
    followed: () => acts.follow(),
    say: (text) => page.say(text),
    fail: noted,
  });
  const { list, clearing } = lines;
  const saved = createSavedButton({
    l10n,
    channel: host.channel,
    apply: (filter) => apply(filter, true),
    fail: noted,
  });
  const indexes = createIndexPicker({
    l10n,
    channel: host.channel,
    choose(index) {
      keep({ index, back: undefined });
      search();
    },
    fail: noted,
  });
  const facets = createFacetsControl(l10n, formats, {
    state: () => state.facets,
    keep: (shown) => void change({ facets: shown }),
    ask: (on) => void host.channel.call("facets", { on }).catch(noted),
    search: (query) => apply({ ...state.filter, query }, true),
    leave: () => list.focus(),
  });
  const page = createLogPage({
    l10n,
    formats,
    times,
    lines,
    details,
    saved,
    indexes,
    export: acts.export,
    facets,
    history: () => state.history,
    suggest: async (request) => suggestions.parse(await host.channel.call("suggest", request)),
    filter: (filter, asked) => apply(filter, asked),
    follow: () => {
      list.toEnd();
      list.focus();
    },
    pause,
    wrap: () => list.setWrap(change({ wrap: !state.wrap }).wrap),
    split: (split) => void change({ split }),
    back,
    mend,
  });

  const standing = createStandingWatch({
    ask: () => host.channel.call("standing", undefined),
    changed: draw,
    revived: search,
  });

  function mend(remedy: Remedy): void {
    if ("filter" in remedy) apply(remedy.filter, true);
    else if ("resume" in remedy) pause();
    else {
      const { label: _, ...run } = remedy;
      void host.channel.call("run", run).then(() => search(), noted);
    }
  }

  function draw(): void {
    const { problem, failure } = searching;
    standing.want(failure !== undefined || (progress?.done === true && progress.count === 0));
    const { following, fresh } = reading;
    const paused = searching.paused !== undefined;
    const detailed = inspecting.open;
    const told = { note: note.text, standing: standing.now };
    page.draw({ state, progress, problem, failure, following, paused, fresh, detailed, ...told });
  }

  /** What is to stand there again when the view was hidden. */
  function settled(): void {
    keep({ kept: reading.kept() });
    draw();
  }

  function keep(changes: Partial<LogState>): void {
    state = { ...state, ...changes };
    host.save(state);
  }

  function change(changes: Partial<LogState>): LogState {
    keep(changes);
    draw();
    return state;
  }

  function apply(filter: Filter, asked: boolean): void {
    const history = asked ? remember(state.history, filter.query) : state.history;
    const same = JSON.stringify(filter) === JSON.stringify(state.filter);
    keep({ filter, history });
    if (!same || searching.retry) search();
    else draw();
  }

  function progressed(next: Progress): void {
    if (next.search !== searching.begun) return;
    progress = next;
    searching.recovered();
    reading.progress(next);
    lines.progress(next);
    if (next.done) inspecting.found();
    facets.count(next.count);
    draw();
  }

  function pause(): void {
    searching.pause();
    keep({ paused: searching.paused });
    page.say(searching.paused === undefined ? t("live") : t("paused"));
  }

  function goTo(key: Key, changes: Partial<LogState>): void {
    keep(changes);
    reading.seek(key);
    search();
    list.focus();
  }

  /** The record among all lines of its time, with one key back. */
  function inFullLog({ key }: Chosen): void {
    if (!state.back) goTo(key, { filter: EVERYTHING, back: { filter: state.filter, key } });
  }

  function back(): void {
    if (state.back) goTo(state.back.key, { filter: state.back.filter, back: undefined });
  }

  /** Shows what the view was opened for. */
  function begin(target: LogTarget): void {
    if (Object.keys(target).length > 0) keep({ filter: targetFilter(target), back: undefined });
    search();
  }

  page.element.addEventListener(
    "keydown",
    pageKeys({ g: lines.goTo.open, l: clearing.clear, z: clearing.undo }),
  );

  return {
    element: page.element,
    start() {
      list.setWrap(state.wrap);
      list.choose(state.chosen);
      lines.start();
      draw();
      host.channel.call("opened", undefined).then((target) => {
        begin(target);
        saved.start();
        indexes.start();
      }, noted);
      // One who reads is left where he is.
      const moving = () =>
        reading.following &&
        searching.paused === undefined &&
        outdated(state.filter.range, searching.at, Date.now());
      setInterval(() => moving() && search(), OFTEN);
    },
  };
}
