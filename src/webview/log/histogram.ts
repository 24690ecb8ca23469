import type { Progress } from "../../protocol/log-view.ts";
import { totalOf } from "../column.ts";
import { el, setAttribute } from "../dom.ts";
import type { Plot } from "../plot.ts";
import { createSelect } from "../select.ts";
import type { Filter } from "./state.ts";
import { chosenStratum, type Split, stepText, strataOf, stratumAt, withStratum } from "./strata.ts";
import { createTimeline, type TimelineParts } from "./timeline.ts";

interface Parts extends TimelineParts {
  readonly split: (split: Split) => void;
  readonly apply: (filter: Filter) => void;
}

/** How many hits when, split by level or status. */
export interface HistogramView {
  readonly element: HTMLElement;
  /** @param found what was searched for, once all of it is found */
  update(progress: Progress, split: Split, filter: Filter, found: string | undefined): void;
  restyle(): void;
}

interface Shown {
  readonly progress: Progress;
  readonly split: Split;
  readonly filter: Filter;
}

export function createHistogram(parts: Parts): HistogramView {
  const { l10n, formats } = parts;
  const { t } = l10n;
  const title = el("h2", { class: "unseen", id: "title-hits" }, t("Hits over time"));
  const splits = createSelect((value) => parts.split(value === "statuses" ? "statuses" : "levels"));
  const zoom = t("Zoom out (-)");
  const out = el("vscode-toolbar-button", { icon: "zoom-out", label: zoom, title: zoom, class: "zoom-out" });
  let shown: Shown | undefined;
  /** What a first click changed, should it have been that of a double click. */
  let before: Filter | undefined;

  const include = (id: string): void => {
    if (!shown) return;
    before = shown.filter;
    parts.apply(withStratum(shown.filter, shown.split, id));
  };
  const timeline = createTimeline(parts, {
    id: "hits",
    legend: {
      open: ({ key }) => include(key),
      told: ({ label, chosen }) =>
        chosen ? t("Show all again, not only {0}", label) : t("Show only {0}", label),
      whole: ({ told }) => totalOf(told, "sum"),
    },
    words(plot, place) {
      if (place !== undefined) return stepText(plot, place, formats.count) || "0";
      const sums = plot.lines.map(({ label, told }) => `${label} ${formats.count(sumOf(told))}`).join(", ");
      const hits = shown?.progress.count ?? 0;
      return hits === 1 ? t("1 hit: {0}", sums) : t("{0} hits: {1}", formats.count(hits), sums);
    },
    click(plot, place, height) {
      const hit = stratumAt(plot, place, height);
      if (hit !== undefined) include(hit);
    },
  });
  const { stage } = timeline;
  const head = el(
    "div",
    { class: "top" },
    timeline.legend,
    el("div", { class: "tools" }, splits.element, out, timeline.toggle),
  );
  const element = el(
    "section",
    { class: "timeline histogram", "aria-labelledby": "title-hits" },
    title,
    head,
    stage,
    timeline.numbers,
  );

  out.addEventListener("click", () => parts.select(undefined));
  stage.addEventListener("dblclick", () => {
    // What its first click chose was not meant.
    if (before) parts.apply(before);
    before = undefined;
    parts.select(undefined);
  });
  stage.addEventListener("mousedown", ({ detail }) => {
    if (detail === 1) before = undefined;
  });

  return {
    element,
    update(progress, split, filter, found) {
      shown = { progress, split, filter };
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
      timeline.update(plot, start, step, found);
    },
    restyle: timeline.restyle,
  };
}

function sumOf(column: readonly (number | null)[]): number {
  return totalOf(column, "sum") ?? 0;
}
