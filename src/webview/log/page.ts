import { LEVELS } from "../../model.ts";
import type { LevelChoice, Progress, TrendTold } from "../../protocol/log-view.ts";
import type { Suggestions, SuggestRequest } from "../../protocol/suggestions.ts";
import type { Standing } from "../../protocol/webview.ts";
import { createAnnouncer } from "../announce.ts";
import { el, setText } from "../dom.ts";
import type { Formats } from "../formats.ts";
import { keepFocus } from "../kept-focus.ts";
import type { L10n } from "../l10n.ts";
import type { Tabled } from "../tabled.ts";
import { createTheme } from "../theme.ts";
import { createChips } from "./chips.ts";
import type { DetailsPane } from "./details.ts";
import type { Remedy } from "./empty.ts";
import { createEmptyPane } from "./empty-pane.ts";
import type { FacetsControl } from "./facets-control.ts";
import { createHistogram } from "./histogram.ts";
import type { IndexPicker } from "./index-picker.ts";
import type { Lines } from "./lines.ts";
import { createQueryBox, type Problem } from "./query-box.ts";
import { createRangePicker } from "./range-picker.ts";
import type { SavedButton } from "./saved-button.ts";
import { type Filter, LEVEL_CHOICES, type LogState, narrowed } from "./state.ts";
import type { StateLine } from "./state-line.ts";
import { inFull } from "./steps.ts";
import type { Times } from "./times.ts";
import { createTrend, type Found } from "./trend.ts";

/** All that is around the list; it keeps nothing else. */
export interface Content {
  readonly state: LogState;
  /** The filter of the lines that are shown: its query is another one while the one that is written is wrong. */
  readonly inForce: Filter;
  readonly progress: Progress | undefined;
  /** Of a search that has ended and that no other is to replace. */
  readonly found: Found | undefined;
  readonly problem: Problem | undefined;
  readonly failure: string | undefined;
  /** What could not be done just now. */
  readonly note: string | undefined;
  readonly following: boolean;
  readonly paused: boolean;
  /** See Situation of the state line. */
  readonly since: string | undefined;
  /** How the engine and its sources are, where that may be why no line is seen. */
  readonly standing: Standing | undefined;
  /** Lines that came since following stopped. */
  readonly fresh: number;
  readonly detailed: boolean;
}

interface Parts {
  readonly l10n: L10n;
  readonly formats: Formats;
  readonly times: Times;
  readonly lines: Lines;
  readonly details: DetailsPane;
  readonly facets: FacetsControl;
  readonly filter: (filter: Filter, asked: boolean) => void;
  /** To a span (ms since the epoch); undefined: out again. */
  readonly zoom: (span: { readonly since: number; readonly until: number } | undefined) => void;
  readonly history: () => readonly string[];
  readonly saved: SavedButton;
  readonly indexes: IndexPicker;
  readonly stateLine: StateLine;
  readonly suggest: (request: SuggestRequest) => Promise<Suggestions>;
  readonly tables: Tabled;
  readonly follow: () => void;
  readonly pause: () => void;
  readonly wrap: () => void;
  readonly split: (split: LogState["split"]) => void;
  readonly back: () => void;
  readonly export: () => void;
  /** Does what brings lines into sight. */
  readonly mend: (remedy: Remedy) => void;
  /** No line is seen: why. */
  readonly nothing: (why: string) => void;
  /** See Acts.ask. */
  readonly ask: (term: string, exclude: boolean) => void;
  /** No field is to be shown over time any more. */
  readonly untrend: () => void;
}

export interface LogPage {
  readonly element: HTMLElement;
  draw(content: Content): void;
  /** How the numbers of the field are that is shown over time. */
  trend(told: TrendTold): void;
  /** Times are told another way. */
  restyle(): void;
  say(text: string): void;
  focusQuery(): void;
}

export function createLogPage(parts: Parts): LogPage {
  const { l10n, formats, details } = parts;
  const { list, options, goTo, clearing } = parts.lines;
  const { t } = l10n;
  const [theme, announcer] = [createTheme(), createAnnouncer()];
  let content: Content | undefined;
  const change = (changes: Partial<Filter>, asked = true): void => {
    if (content) parts.filter({ ...content.state.filter, ...changes }, asked);
  };

  const query = createQueryBox({
    ...parts,
    changed: (text, asked) => change({ query: text }, asked),
  });
  const range = createRangePicker(l10n, formats, parts.times, (next) => change({ range: next }));
  const levels = createChips("levels", t("Levels"), (chosen) =>
    change({ levels: chosen as readonly LevelChoice[] | undefined }),
  );
  const sources = createChips("sources", t("Sources"), (chosen) => change({ sources: chosen }));
  const apply = (filter: Filter): void => parts.filter(filter, true);
  const over = { ...parts, theme, select: parts.zoom };
  const histogram = createHistogram({
    ...over,
    apply(filter) {
      // A wrong query is written on, unless another takes its place.
      const kept = filter.query === content?.inForce.query ? content.state.filter : filter;
      apply({ ...filter, query: kept.query });
    },
  });
  const trend = createTrend({ ...over, close: parts.untrend });
  const toggle = (icon: string, label: string, run: () => void) => {
    const button = el("vscode-toolbar-button", { icon, label, title: label, toggleable: true });
    button.addEventListener("change", run);
    return button;
  };
  const fields = toggle("list-filter", t("Fields and their values"), parts.facets.toggle);
  const follow = toggle("fold-down", t("Follow the newest lines (End)"), parts.follow);
  const pause = toggle("debug-pause", t("Pause (Space)"), parts.pause);
  const wrap = toggle("word-wrap", t("Wrap long lines"), parts.wrap);
  const clear = el("vscode-toolbar-button", {
    icon: "filter-filled",
    label: t("Clear all filters"),
    title: t("Clear all filters"),
  });
  clear.addEventListener("click", () =>
    parts.filter({ query: "", levels: undefined, sources: undefined, range: { kind: "all" } }, true),
  );
  const exportButton = el("vscode-toolbar-button", {
    icon: "export",
    label: t("Export what is found…"),
    title: t("Export what is found…"),
    "data-act": "export",
  });
  exportButton.addEventListener("click", parts.export);
  const back = el("vscode-button", { secondary: true });
  back.addEventListener("click", parts.back);
  const shownInstead = el("span");
  const full = el("div", { class: "full" }, shownInstead, back);
  const pill = el("button", { type: "button", class: "pill" });
  pill.addEventListener("click", parts.follow);
  const note = el("p", { class: "note", role: "status" });
  const empty = createEmptyPane(parts, parts.mend);
  const stage = el("div", { class: "lines" }, list.element, empty.element, pill);
  const element = el(
    "main",
    {},
    el("h1", { class: "unseen" }, t("Log")),
    el(
      "div",
      { class: "bar" },
      query.element,
      parts.saved.element,
      range.element,
      parts.indexes.element,
      el(
        "div",
        { class: "tools", role: "group", "aria-label": t("Lines") },
        fields,
        follow,
        pause,
        wrap,
        goTo.button,
        options.button,
        exportButton,
        clearing.button,
        clear,
      ),
    ),
    el("div", { class: "bar chips-bar" }, levels.element, sources.element, parts.stateLine.element),
    full,
    clearing.bar,
    note,
    histogram.element,
    trend.element,
    el(
      "div",
      { class: "panes" },
      parts.facets.pane.element,
      el("div", { class: "split" }, stage, details.element),
    ),
    goTo.panel,
    options.panel,
    announcer.element,
  );
  const restyle = (): void => {
    histogram.restyle();
    trend.restyle();
  };
  theme.onChange(restyle);

  const draw = (next: Content): void => {
    content = next;
    const { state: now, inForce, progress, found, problem, following, paused, fresh, detailed } = next;
    const { filter } = now;
    query.update(filter.query, problem);
    parts.saved.draw(inForce, now.index);
    parts.indexes.draw(now.index);
    range.update(filter.range);
    const counts = progress?.levels ?? [];
    levels.update(
      LEVEL_CHOICES.map((level, i) => ({
        id: level,
        label: level === "none" ? t("no level") : (LEVELS[i] ?? level),
        count: formats.compact(counts[i] ?? 0),
        tone: level,
      })).filter(({ id }, i) => (counts[i] ?? 0) > 0 || filter.levels?.includes(id)),
      filter.levels,
    );
    const known = new Set([...(progress?.sources ?? []), ...(filter.sources ?? [])]);
    sources.update(
      [...known].map((id) => ({ id, label: id, source: parts.lines.tones.of(id) })),
      filter.sources,
    );
    parts.stateLine.draw(next);
    setText(note, next.note ?? "");
    fields.checked = now.facets.open;
    follow.checked = following;
    pause.checked = paused;
    wrap.checked = now.wrap;
    clear.hidden = !narrowed(filter);
    clearing.update(filter);
    full.hidden = !now.back;
    const fully = inFull(now);
    setText(shownInstead, fully ? t("Full log, nothing left out") : t("The time range of the dashboard"));
    // Where the details are open the key closes these.
    if (detailed) setText(back, fully ? t("Back to the search") : t("Back to what was shown before"));
    else
      setText(back, fully ? t("Back to the search (Escape)") : t("Back to what was shown before (Escape)"));
    pill.hidden = following || fresh <= 0;
    if (fresh > 0) setText(pill, t("{0} new ↓", formats.count(fresh)));
    details.element.hidden = !detailed;
    if (progress) histogram.update(progress, now.split, inForce, found?.asked);
    trend.update(now.index === undefined ? now.trend : undefined, inForce, progress?.count, found);
    const why = empty.update({ ...next, filter: inForce, index: now.index });
    if (why !== undefined) parts.nothing(why);
  };

  return {
    element,
    draw: (next) => keepFocus(() => draw(next), list.focus),
    trend: trend.told,
    restyle() {
      restyle();
      details.restyle();
    },
    say: announcer.say,
    focusQuery: query.focus,
  };
}
