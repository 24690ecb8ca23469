import { namesAnswer, type Progress, rowsAnswer } from "../../protocol/log-view.ts";
import { pasts } from "../../protocol/past.ts";
import { suggestions } from "../../protocol/suggestions.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { createNote } from "../note.ts";
import { createAloud } from "./aloud.ts";
import { askedFor, tellsTimes } from "./asked.ts";
import { createAsking } from "./asking.ts";
import { fieldsOf } from "./columns.ts";
import { createDetails } from "./details.ts";
import { createActs } from "./details-acts.ts";
import { createDetailsControl } from "./details-control.ts";
import { createFacetsControl } from "./facets-control.ts";
import { createLogFeed } from "./feed.ts";
import { connectLogHost } from "./host.ts";
import { createIndexPicker } from "./index-picker.ts";
import { createLastMinutes } from "./last-minutes.ts";
import { createLines } from "./lines.ts";
import { createMemory } from "./memory.ts";
import { createMending } from "./mending.ts";
import { createLogPage } from "./page.ts";
import { createReading } from "./reading.ts";
import { createRefusals } from "./refusals.ts";
import { createSavedButton } from "./saved-button.ts";
import { createSearching } from "./searching.ts";
import { pageKeys, pressed } from "./shortcuts.ts";
import { createStandingWatch } from "./standing.ts";
import { type Filter, type LogState, latestOf } from "./state.ts";
import { createStateLine } from "./state-line.ts";
import { stateText } from "./state-text.ts";
import { createTimes } from "./times.ts";
import { createTrendControl } from "./trend-control.ts";
import { createWalk } from "./walk.ts";

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
  const aloud = createAloud({ l10n, formats, say: (text) => page.say(text) });
  const host = connectLogHost(createRefusals(l10n), {
    progress: progressed,
    show: (target) => walk.show(target),
    queries: (queries) => saved.take(queries),
    places: (places) => indexes.take(places),
    losses: (losses) => stateLine.take(losses),
    apply: (query) => saved.show(query),
    facets: (told) => told.search === searching.begun && facets.told(told),
    trend: (told) => told.search === searching.begun && page.trend(told),
    failed: (failure) => searching.failed(failure),
  });
  const memory = createMemory({ host, fail: noted });
  const { state, keep } = memory;
  // Rows of a search that another has replaced by now are not to be had.
  const unread = (error: unknown): void => void (searching.settled && noted(error));
  const feed = createLogFeed({
    async fetch(request) {
      const fields = fieldsOf(state().display.columns);
      return rowsAnswer.parse(await host.channel.call("rows", { ...request, fields }));
    },
    changed: () => reading.draw(),
    fail: unread,
  });
  const reading = createReading({ feed, list: () => list, changed: settled, fail: unread }, state().kept);
  const searching = createSearching(
    {
      channel: host.channel,
      request: (now, paused) => askedFor(state(), minutes.begin(now), paused),
      latest: () => Math.max(Date.now(), latestOf(feed.row(feed.count - 1)?.time ?? 0, Date.now())),
      stands: (paused) => keep({ paused }),
      asked() {
        const kept = reading.kept();
        return (search) => {
          reading.begin(search, kept);
          facets.begin();
          trend.begin();
        };
      },
      accepted: () => state().accepted,
      accept: (accepted) => keep({ accepted }),
      changed: draw,
      fail: noted,
    },
    state().paused,
  );
  const { search } = searching;
  const minutes = createLastMinutes({
    state,
    keep,
    reading: () => reading,
    searching: () => searching,
    draw,
  });
  const walk = createWalk({ state, keep, searching, reading, draw, list: () => list });
  const ofSearch = createAsking({
    channel: host.channel,
    searching: () => searching,
    place: () => state().index,
  });
  const acts = createActs({
    l10n,
    ofSearch,
    paused: () => searching.paused !== undefined,
    choice: () => list.whenChosen(),
    query: () => inForce().query,
    setQuery: (query) => walk.apply({ ...state().filter, query }, true),
    showFull: (row) => walk.inFullLog(row),
    write: (text) => navigator.clipboard.writeText(text),
    say: (text) => page.say(text),
    tell: note.tell,
    formats,
    close: () => inspecting.show(false),
  });
  const details = createDetails(l10n, formats, times, acts, memory.turning);
  const inspecting = createDetailsControl(
    {
      pane: () => details,
      details: acts.details,
      chosen: () => list.chosen,
      whenChosen: () => list.whenChosen(),
      search: () => searching.begun,
      changed: (detailed) => void change({ detailed }),
      leave: () => list.focus(),
    },
    state().detailed,
  );
  const lines = createLines({
    l10n,
    formats,
    times,
    feed,
    filter: () => state().filter,
    moment: () => minutes.moment(),
    searching: () => searching,
    apply: (filter) => walk.apply(filter, false),
    display: () => state().display,
    keep(display) {
      const { zone } = state().display;
      keep({ display });
      page.restyle();
      if (display.zone !== zone && tellsTimes(inForce())) search();
      else draw();
    },
    unfolding: memory.unfolding,
    load: async (row) => (await acts.details(row)).message,
    names: async () => namesAnswer.parse(await ofSearch("names", {})).names,
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
        back: walk.back,
        pause,
        search: page.focusQuery,
        detailed: () => inspecting.open,
        showDetails: inspecting.show,
        toggleDetails: inspecting.toggle,
      }),
    followed: acts.followAt,
    say: (text) => page.say(text),
    fail: noted,
  });
  const { list, clearing } = lines;
  const saved = createSavedButton({
    l10n,
    channel: host.channel,
    apply: (filter, index) => walk.apply(filter, true, { index }),
    fail: noted,
  });
  const indexes = createIndexPicker({
    l10n,
    channel: host.channel,
    choose: (index) => walk.apply(state().filter, false, { index }),
    fail: noted,
  });
  const stateLine = createStateLine({ l10n, formats, channel: host.channel, fail: noted });
  const trend = createTrendControl({
    state,
    keep: (field) => void change({ trend: field }),
    ask: (field) => void host.channel.call("trend", field === undefined ? {} : { field }).catch(noted),
  });
  const facets = createFacetsControl(l10n, formats, {
    state: () => state().facets,
    trend,
    keep: (shown) => void change({ facets: shown }),
    want: (on) => void host.channel.call("facets", { on }).catch(noted),
    ask: acts.ask,
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
    stateLine,
    export: acts.export,
    facets,
    history: memory.queries,
    suggest: async (request) => suggestions.parse(await host.channel.call("suggest", request)),
    filter: (filter, asked) => walk.apply(filter, asked),
    zoom: walk.zoom,
    follow: () => {
      list.toEnd();
      list.focus();
    },
    pause,
    wrap: () => list.setWrap(change({ wrap: !state().wrap }).wrap),
    tables: memory.tables,
    split: (split) => void change({ split }),
    back: walk.back,
    mend: (remedy) => mend(remedy),
    nothing: aloud.nothing,
    ask: acts.ask,
    untrend() {
      trend.close();
      facets.pane.redraw();
      list.focus();
    },
  });

  const standing = createStandingWatch({
    ask: () => host.channel.call("standing", undefined),
    changed: draw,
    revived: search,
  });

  const mend = createMending({
    filter: inForce,
    apply: (filter) => walk.apply(filter, true),
    move: (index) => walk.apply(state().filter, false, { index }),
    resume: pause,
    search,
    run: (command) => host.channel.call("run", command),
    fail: noted,
  });

  /** What the lines are narrowed by: where the query that is written is wrong, another one. */
  function inForce(): Filter {
    const { filter } = state();
    return searching.problem ? { ...filter, query: searching.query } : filter;
  }

  function draw(): void {
    const { problem, failure } = searching;
    standing.want(failure !== undefined || (progress?.done === true && progress.count === 0));
    const { following, fresh } = reading;
    const paused = searching.paused !== undefined;
    const detailed = inspecting.open;
    aloud.fresh(following ? 0 : fresh);
    const from = minutes.since();
    const since = from === undefined ? undefined : times.stamp(from);
    const found =
      progress && searching.over(progress) ? { search: progress.search, asked: walk.asks() } : undefined;
    const told = { found, note: note.text, standing: standing.now, since };
    page.draw({
      state: state(),
      inForce: inForce(),
      progress,
      problem,
      failure,
      following,
      paused,
      fresh,
      detailed,
      ...told,
    });
  }

  /** What is to stand there again when the view was hidden. */
  function settled(): void {
    keep({ kept: reading.kept() });
    minutes.moveOn();
  }

  function change(changes: Partial<LogState>): LogState {
    keep(changes);
    draw();
    return state();
  }

  function progressed(next: Progress): void {
    if (next.search !== searching.begun) return;
    progress = next;
    searching.recovered();
    reading.progress(next);
    lines.progress(next);
    if (next.done) inspecting.found();
    facets.count(next.count);
    // Where nothing is found, what is shown instead is told.
    if (searching.over(next) && next.count > 0) {
      const paused = searching.paused !== undefined;
      aloud.found(walk.asks(), stateText({ state: state(), progress, paused }, [], l10n, formats));
    }
    draw();
  }

  function pause(): void {
    searching.pause();
    page.say(searching.paused === undefined ? t("live") : t("paused"));
  }

  // Also while nothing has the focus; the window has them from here on.
  document.addEventListener(
    "keydown",
    pageKeys({ f: page.focusQuery, g: lines.goTo.open, l: clearing.clear, z: clearing.undo }),
  );

  return {
    element: page.element,
    start() {
      list.setWrap(state().wrap);
      list.choose(state().chosen);
      lines.start();
      draw();
      host.channel.call("opened", undefined).then((targets) => {
        walk.begin(targets);
        if (state().history.length === 0)
          host.channel.call("history", undefined).then((known) => memory.recalled(pasts.parse(known)), noted);
        saved.start();
        indexes.start();
        stateLine.start();
      }, noted);
      setInterval(minutes.moveOn, OFTEN);
    },
  };
}
