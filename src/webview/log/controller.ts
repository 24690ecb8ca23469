import {
  type Key,
  type LogTarget,
  namesAnswer,
  type Progress,
  type Row,
  rowsAnswer,
  searchAnswer,
} from "../../protocol/log-view.ts";
import { suggestions } from "../../protocol/suggestions.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { fieldsOf } from "./columns.ts";
import { createDetails } from "./details.ts";
import { createActs } from "./details-acts.ts";
import { createFacetsControl } from "./facets-control.ts";
import { createLogFeed } from "./feed.ts";
import { connectLogHost } from "./host.ts";
import { sameKey } from "./keys.ts";
import { createLines } from "./lines.ts";
import { createNote, reasonOf } from "./note.ts";
import { createLogPage } from "./page.ts";
import type { Problem } from "./query-box.ts";
import { createSavedButton } from "./saved-button.ts";
import { pageKeys, pressed } from "./shortcuts.ts";
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
  let problem: Problem | undefined;
  let failure: string | undefined;
  let following = true;
  let [paused, detailed] = [false, false];
  const note = createNote(() => draw());
  const noted = note.tell;
  let searchedAt = 0;
  /** How many there were when following stopped. */
  let countThen = 0;
  /** Numbers of the last search that was sent, and of the one whose rows are shown. */
  let sent = 0;
  let begun = 0;
  /** The record that is to be brought into sight, and chosen, as soon as its place is known. */
  let seeking: Key | undefined;

  const host = connectLogHost({
    progress: progressed,
    show: begin,
    queries: (queries) => saved.take(queries),
    apply: (query) => saved.show(query),
    facets: (told) => told.search === begun && facets.told(told),
    failed,
  });
  let state: LogState = host.state;
  seeking = state.top;

  const feed = createLogFeed({
    async fetch(request) {
      const fields = fieldsOf(state.display.columns);
      return rowsAnswer.parse(await host.channel.call("rows", { ...request, fields }));
    },
    changed: () => list.draw(),
    // Rows of a search that another has replaced by now are not to be had.
    fail: (error) => sent === begun && noted(error),
  });
  const acts = createActs({
    l10n,
    channel: host.channel,
    choice: () => list.choice,
    search: () => begun,
    query: () => state.filter.query,
    setQuery: (query) => apply({ ...state.filter, query }, true),
    showFull: inFullLog,
    say: (text) => page.say(text),
    tell: note.tell,
    formats,
    close: () => showDetails(false),
  });
  const details = createDetails(l10n, formats, times, acts);
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
    names: async () => namesAnswer.parse(await host.channel.call("names", { search: begun })).names,
    moved(atEnd) {
      if (following && !atEnd) countThen = feed.count;
      following = atEnd;
      seeking = undefined;
      keep({ top: list.top()?.key });
      draw();
    },
    chosen: (row) => detailed && row && loadDetails(row),
    opened: (row) => {
      showDetails(true);
      loadDetails(row);
    },
    keydown: (event) =>
      pressed(event, {
        ...acts,
        back,
        pause,
        search: page.focusQuery,
        detailed: () => detailed,
        showDetails,
        toggleDetails,
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
    run: (command) => void host.channel.call("run", { command }).then(() => search(), noted),
  });

  function draw(): void {
    const fresh = following ? 0 : feed.count - countThen;
    page.draw({ state, progress, problem, failure, note: note.text, following, paused, fresh, detailed });
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
    if (!same || problem) search();
    else draw();
  }

  function search(): void {
    const number = ++sent;
    searchedAt = Date.now();
    const held = list.top();
    const request = { search: number, ...narrowing(state.filter, searchedAt), points: POINTS };
    draw();
    host.channel.call("search", request).then(
      (answer) => {
        const found = searchAnswer.parse(answer).problem;
        if (number === sent) problem = found;
        if (!found && number > begun) {
          begun = number;
          failure = undefined;
          // What was at the top stays in sight where the new search has it, or its neighbours.
          seeking ??= held?.key;
          feed.begin(number);
          facets.begin();
        }
        draw();
      },
      (error) => number === sent && failed({ reason: reasonOf(error) }),
    );
  }

  function progressed(next: Progress): void {
    if (next.search !== begun) return;
    const held = list.top();
    if (progress && progress.search !== next.search) countThen = next.count;
    progress = next;
    feed.progress(next);
    lines.progress(next);
    facets.count(next.count);
    if (seeking) void seek(seeking);
    else if (!following && held && next.changedFrom !== null && next.changedFrom <= held.place)
      void hold(held);
    else list.draw();
    draw();
  }

  /** Keeps what is at the top where it is, though others came before it. */
  async function hold(held: { readonly key: Key; readonly place: number }): Promise<void> {
    const place = await feed.locate(held.key).catch(noted);
    if (place !== undefined) list.shift(place - held.place);
  }

  async function seek(key: Key): Promise<void> {
    const place = await feed.locate(key).catch(noted);
    if (place === undefined || seeking !== key) return;
    following = false;
    list.show(place, key);
    if (!progress?.done) return;
    seeking = undefined;
    countThen = feed.count;
    draw();
  }

  function pause(): void {
    paused = !paused;
    host.channel.call("live", { live: !paused }).catch(noted);
    page.say(paused ? t("paused") : t("live"));
    draw();
  }

  function showDetails(show: boolean): void {
    detailed = show;
    if (!show) {
      details.update(undefined);
      list.focus();
    }
    draw();
  }

  function loadDetails(row: Row): void {
    const asked = begun;
    // The row is another object when it was fetched anew meanwhile.
    const wanted = (): boolean => list.choice !== undefined && sameKey(list.choice.key, row.key);
    acts.details(row).then(
      (record) => wanted() && details.update(record),
      (error) => {
        if (!wanted()) return;
        if (asked !== begun) loadDetails(row);
        else details.fail(reasonOf(error));
      },
    );
  }

  function goTo(key: Key, changes: Partial<LogState>): void {
    keep(changes);
    seeking = key;
    search();
    list.focus();
  }

  /** The record among all lines of its time, with one key back. */
  function inFullLog({ key }: Row): void {
    if (!state.back) goTo(key, { filter: EVERYTHING, back: { filter: state.filter, key } });
  }

  function back(): void {
    if (state.back) goTo(state.back.key, { filter: state.back.filter, back: undefined });
  }

  function toggleDetails(): void {
    const row = list.choice;
    if (!row) return;
    showDetails(!detailed);
    if (detailed) loadDetails(row);
  }

  /** Shows what the view was opened for. */
  function begin(target: LogTarget): void {
    if (Object.keys(target).length > 0) keep({ filter: targetFilter(target), back: undefined });
    search();
  }

  /** A query may turn out wrong while it is searched for. */
  function failed({ reason, column }: Problem): void {
    if (column === undefined) failure = reason;
    else problem = { reason, column };
    draw();
  }

  page.element.addEventListener(
    "keydown",
    pageKeys({ g: lines.goTo.open, l: clearing.clear, z: clearing.undo }),
  );

  return {
    element: page.element,
    start() {
      list.setWrap(state.wrap);
      lines.start();
      draw();
      host.channel.call("opened", undefined).then((target) => {
        begin(target);
        saved.start();
      }, noted);
      // One who reads is left where he is.
      const moving = () => following && !paused && outdated(state.filter.range, searchedAt, Date.now());
      setInterval(() => moving() && search(), OFTEN);
    },
  };
}
