import type { Progress } from "../../protocol/log-view.ts";
import type { Announcer } from "../announce.ts";
import { el, setAttribute } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { createLegend } from "../legend.ts";
import { createNumbers } from "../numbers.ts";
import type { Plot } from "../plot.ts";
import { createSelect } from "../select.ts";
import type { Span } from "../span.ts";
import type { Theme } from "../theme.ts";
import { createBars } from "./bars.ts";
import type { Filter } from "./state.ts";
import { chosenStratum, type Split, stepText, strataOf, stratumAt, withStratum } from "./strata.ts";
import type { Times } from "./times.ts";

/** So many steps are leapt over by PageUp and PageDown. */
const LEAP = 10;

interface Parts {
  readonly l10n: L10n;
  readonly formats: Formats;
  readonly times: Times;
  readonly theme: Theme;
  readonly announcer: Announcer;
  /** A range of time was selected, ms since the epoch; undefined: zoom out. */
  readonly select: (range: { readonly since: number; readonly until: number } | undefined) => void;
  readonly split: (split: Split) => void;
  readonly apply: (filter: Filter) => void;
}

/** How many hits when, split by level or status. */
export interface HistogramView {
  readonly element: HTMLElement;
  update(progress: Progress, split: Split, filter: Filter): void;
  restyle(): void;
}

interface Shown {
  readonly progress: Progress;
  readonly split: Split;
  readonly filter: Filter;
  readonly plot: Plot;
}

export function createHistogram(parts: Parts): HistogramView {
  const { l10n, formats, times, theme, announcer } = parts;
  const { t } = l10n;
  const canvas = el("div", { class: "canvas", "aria-hidden": "true" });
  const title = el("h2", { class: "unseen", id: "title-hits" }, t("Hits over time"));
  const stage = el(
    "div",
    {
      class: "stage",
      role: "slider",
      tabindex: "0",
      "aria-label": t("Hits over time"),
      "aria-description": t(
        "Arrow keys move from step to step, with Shift they mark a span. Enter shows what is marked. Minus zooms out.",
      ),
      "aria-orientation": "horizontal",
    },
    canvas,
  );
  const clock = (time: number, step: number) => times.stamp(time * 1000).slice(0, step < 1 ? 23 : 19);
  const numbers = createNumbers("hits", { l10n, formats: { ...formats, clock } });
  const splits = createSelect((value) => parts.split(value === "statuses" ? "statuses" : "levels"));
  const button = (icon: string, label: string) =>
    el("vscode-toolbar-button", { icon, label, title: label, class: icon });
  const out = button("zoom-out", t("Zoom out (-)"));
  const toggle = button("table", t("{0} as a table", t("Hits over time")));
  setAttribute(toggle, "toggleable", true);
  let shown: Shown | undefined;
  let table = false;
  /** Starts (ms) of the step under the cursor, and of the one at which a range began to be selected by keyboard. */
  let cursor: number | undefined;
  let from: number | undefined;
  /** What a first click changed, should it have been that of a double click. */
  let before: Filter | undefined;

  const include = (id: string): void => {
    if (!shown) return;
    before = shown.filter;
    parts.apply(withStratum(shown.filter, shown.split, id));
  };
  const legend = createLegend(theme, l10n, {
    open: ({ key }) => include(key),
    told: ({ label, chosen }) =>
      chosen ? t("Show all again, not only {0}", label) : t("Show only {0}", label),
    whole: true,
  });
  const head = el(
    "div",
    { class: "top" },
    legend.element,
    el("div", { class: "tools" }, splits.element, out, toggle),
  );
  const element = el(
    "section",
    { class: "histogram", "aria-labelledby": "title-hits" },
    title,
    head,
    stage,
    numbers.element,
  );

  const bars = createBars(canvas, {
    theme,
    times,
    formats,
    choose: ({ from: since, until }) => choose(since * 1000, until * 1000),
    over(at) {
      cursor = at === undefined ? undefined : startOf(at * 1000);
      tell();
    },
    click(at, height) {
      const place = placeOf(at * 1000);
      const hit = shown && place !== undefined ? stratumAt(shown.plot, place, height) : undefined;
      if (hit !== undefined) include(hit);
    },
  });

  /** Place of the step of a moment; undefined where there is none. */
  const placeOf = (ms: number | undefined): number | undefined => {
    if (!shown || ms === undefined) return undefined;
    const { start, step } = shown.progress.histogram;
    const at = Math.floor((ms - start) / step);
    return at >= 0 && at < shown.plot.times.length ? at : undefined;
  };
  const startOf = (ms: number): number | undefined => {
    const at = placeOf(ms);
    return at === undefined || !shown
      ? undefined
      : at * shown.progress.histogram.step + shown.progress.histogram.start;
  };

  const choose = (since: number, until: number): void => {
    cursor = from = undefined;
    parts.select({ since: Math.floor(since), until: Math.ceil(until) });
  };
  const zoomOut = (): void => parts.select(undefined);

  /** What is marked by keyboard: from the first step to the end of the last one. */
  const marked = (): Span | undefined => {
    if (!shown || cursor === undefined || from === undefined) return undefined;
    const { step } = shown.progress.histogram;
    return { from: Math.min(from, cursor) / 1000, until: (Math.max(from, cursor) + step) / 1000 };
  };

  /** The step under the cursor, or the whole, in words. */
  const words = ({ progress, plot }: Shown): string => {
    const at = placeOf(cursor);
    if (at === undefined) {
      const sums = plot.lines.map(({ label, told }) => `${label} ${formats.count(sumOf(told))}`).join(", ");
      return t("{0} hits: {1}", formats.count(progress.count), sums);
    }
    const { start, step } = progress.histogram;
    return `${times.stamp(start + at * step)} + ${formats.duration(step / 1000)}: ${stepText(plot, at, formats.count) || "0"}`;
  };

  const tell = (): void => {
    if (!shown) return;
    const { plot } = shown;
    const [at, last] = [placeOf(cursor), Math.max(0, plot.times.length - 1)];
    legend.update(plot, at ?? -1, clock);
    setAttribute(stage, "aria-valuemin", "0");
    setAttribute(stage, "aria-valuemax", String(last));
    setAttribute(stage, "aria-valuenow", String(at ?? last));
    setAttribute(stage, "aria-valuetext", words(shown));
  };
  const mark = (): void => {
    const half = (shown?.progress.histogram.step ?? 0) / 2;
    bars.mark(cursor === undefined ? undefined : (cursor + half) / 1000, marked());
  };

  const draw = (): void => {
    if (!shown) return;
    const { progress, split, filter, plot } = shown;
    setAttribute(element, "data-sum", String(plot.lines.reduce((sum, { told }) => sum + sumOf(told), 0)));
    element.classList.toggle("none", plot.times.length === 0);
    splits.update({
      label: t("Split by"),
      chosen: split,
      options: [
        { value: "levels", label: t("by level") },
        { value: "statuses", label: t("by status") },
      ],
    });
    out.hidden = filter.range.kind !== "between";
    stage.hidden = table;
    numbers.element.hidden = !table;
    if (table) numbers.update(plot);
    else bars.update(plot);
    tell();
    if (from !== undefined && progress) mark();
  };

  toggle.addEventListener("change", () => {
    table = toggle.checked;
    draw();
  });
  out.addEventListener("click", zoomOut);
  stage.addEventListener("keydown", (event) => {
    if (!shown || event.ctrlKey || event.metaKey || event.altKey) return;
    const { start, step } = shown.progress.histogram;
    const last = shown.plot.times.length - 1;
    const at = placeOf(cursor) ?? (event.shiftKey ? last : last + 1);
    const moves: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      PageUp: at - LEAP,
      PageDown: at + LEAP,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    if (event.key === "Enter" && cursor !== undefined) {
      const { from: since, until } = marked() ?? { from: cursor / 1000, until: (cursor + step) / 1000 };
      choose(since * 1000, until * 1000);
    } else if (event.key === "-") zoomOut();
    else if (event.key === "Escape") {
      if (cursor === undefined) zoomOut();
      cursor = from = undefined;
    } else if (to === undefined || last < 0) return;
    else {
      from = event.shiftKey ? (from ?? start + Math.min(at, last) * step) : undefined;
      cursor = start + Math.min(last, Math.max(0, to)) * step;
    }
    event.preventDefault();
    mark();
    tell();
    announcer.say(stage.getAttribute("aria-valuetext") ?? "");
  });
  stage.addEventListener("dblclick", () => {
    // What its first click chose was not meant.
    if (before) parts.apply(before);
    before = undefined;
    zoomOut();
  });
  stage.addEventListener("mousedown", ({ detail }) => {
    if (detail === 1) before = undefined;
  });

  return {
    element,
    update(progress, split, filter) {
      const { start, step } = progress.histogram;
      const strata = strataOf(progress.histogram, split, l10n);
      const length = Math.max(0, ...strata.map(({ counts }) => counts.length));
      const plot: Plot = {
        id: "hits",
        title: t("Hits over time"),
        unit: t("lines"),
        stacked: true,
        lines: strata.map(({ id, label, look, counts }) => ({
          ...{ key: id, label, look, drawn: counts, told: counts, search: {} },
          chosen: chosenStratum(filter, split, id),
        })),
        times: Array.from({ length }, (_, i) => (start + i * step) / 1000),
        step: step / 1000,
        toldUnit: t("lines"),
        total: "sum",
        empty: "",
        drawnText: formats.count,
        toldText: formats.count,
      };
      shown = { progress, split, filter, plot };
      draw();
    },
    restyle() {
      legend.restyle();
      bars.restyle();
      tell();
    },
  };
}

function sumOf(column: readonly (number | null)[]): number {
  return column.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}
