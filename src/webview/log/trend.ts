import type { TrendTold } from "../../protocol/log-view.ts";
import { el, setAttribute, setText } from "../dom.ts";
import type { Formats } from "../formats.ts";
import { PERCENTILE_LOOKS } from "../palette.ts";
import type { Line, Plot } from "../plot.ts";
import { fromTerm, roleOf } from "./facet-term.ts";
import { countedText, quantileText } from "./facet-told.ts";
import type { Filter } from "./state.ts";
import { createTimeline, type TimelineParts } from "./timeline.ts";
import { visible } from "./visible.ts";

const NAMES = ["p50", "p90", "p95", "p99", "max"] as const;
type Name = (typeof NAMES)[number];

/** A search that has found all there is. */
export interface Found {
  readonly search: number;
  /** What was searched for: the same may be searched for anew. */
  readonly asked: string;
}

interface Parts extends TimelineParts {
  /** Takes a term into the query, or out of it. */
  readonly ask: (term: string, exclude: boolean) => void;
  readonly close: () => void;
}

interface Shown {
  readonly field: string;
  readonly filter: Filter;
  readonly hits: number | undefined;
  readonly found: Found | undefined;
}

/** The percentiles and the maximum of a field's numbers over the time of the search. */
export interface TrendView {
  readonly element: HTMLElement;
  /** Of which field; undefined: it is closed. @param hits so many the search has by now */
  update(field: string | undefined, filter: Filter, hits: number | undefined, found: Found | undefined): void;
  told(told: TrendTold): void;
  restyle(): void;
}

export function createTrend(parts: Parts): TrendView {
  const { l10n, formats } = parts;
  const { t } = l10n;
  const title = el("h2", { id: "title-trend" });
  const state = el("p", { class: "told" });
  const none = el("p", { class: "nothing" });
  const label = t("Close the chart");
  const close = el("vscode-toolbar-button", { icon: "close", label, title: label });
  close.addEventListener("click", parts.close);
  let shown: Shown | undefined;
  let trend: TrendTold | undefined;

  const termOf = (name: string): string | undefined => {
    const least = trend?.overall?.[name as Name];
    return shown && least !== undefined
      ? fromTerm(shown.field, name === "max" ? least : Number(quantileText(least)))
      : undefined;
  };
  const timeline = createTimeline(parts, {
    id: "trend",
    legend: {
      open({ key }) {
        const term = termOf(key);
        if (term !== undefined) parts.ask(term, false);
      },
      told: ({ label, chosen }) =>
        chosen ? t("Show all again, not only {0}", label) : t("Show only lines from {0} on", label),
      whole: ({ key }) => trend?.overall?.[key as Name] ?? null,
    },
    words(plot, place) {
      const told = plot.lines.map(({ key, drawn }) => {
        const value = place === undefined ? trend?.overall?.[key as Name] : drawn[place];
        return typeof value === "number" ? plot.toldText(value) : "–";
      });
      return place === undefined
        ? t("overall: p50 {0}, p90 {1}, p95 {2}, p99 {3}, max {4}", ...told)
        : t("p50 {0}, p90 {1}, p95 {2}, p99 {3}, max {4}", ...told);
    },
  });
  const head = el(
    "div",
    { class: "top" },
    title,
    timeline.legend,
    el("div", { class: "tools" }, state, timeline.toggle, close),
  );
  const element = el(
    "section",
    { class: "timeline trend", "aria-labelledby": "title-trend", hidden: true },
    head,
    none,
    timeline.stage,
    timeline.numbers,
  );

  const draw = (): void => {
    element.hidden = !shown;
    if (!shown) return;
    const name = visible(shown.field);
    setText(title, name);
    setAttribute(title, "title", t("{0} over time", name));
    const its = trend?.field === shown.field ? trend : undefined;
    element.classList.toggle("empty", !its?.overall);
    setText(none, its?.done && !its.overall ? t("No hit has a number in {0}.", name) : "");
    setText(state, its ? stateText(its) : t("Searching…"));
    if (!its) return;
    const text = (value: number) => numberText(formats, value);
    const plot: Plot = {
      id: "trend",
      title: t("{0} over time", name),
      unit: name,
      stacked: false,
      lines: NAMES.map((key) => lineOf(its, key)),
      times: its.steps.map((_, i) => (its.start + i * its.step) / 1000),
      step: its.step / 1000,
      toldUnit: t("the highest of each row"),
      total: "max",
      empty: "",
      drawnText: text,
      toldText: text,
    };
    const found = its.done && its.search === shown.found?.search ? shown.found.asked : undefined;
    timeline.update(plot, its.start, its.step, found);
  };

  const lineOf = ({ steps }: TrendTold, key: Name): Line => {
    const column = steps.map((step) => step?.[key] ?? null);
    const term = termOf(key);
    const chosen =
      term !== undefined && shown !== undefined && roleOf(shown.filter.query, term) === "included";
    const look = PERCENTILE_LOOKS[key];
    return {
      key,
      label: key,
      look,
      drawn: column,
      told: column,
      chosen,
      ...(term !== undefined && { search: {} }),
    };
  };

  const stateText = (its: TrendTold): string => {
    const counted = countedText(l10n, formats, its, shown?.hits ?? its.hits);
    const count = its.overall?.count ?? 0;
    return count === its.counted ? counted : `${counted} · ${t("{0} with a number", formats.count(count))}`;
  };

  return {
    element,
    update(field, filter, hits, found) {
      if (field !== shown?.field) trend = undefined;
      shown = field === undefined ? undefined : { field, filter, hits, found };
      draw();
    },
    told(next) {
      trend = next;
      draw();
    },
    restyle: timeline.restyle,
  };
}

const numberText = (formats: Formats, value: number): string =>
  Math.abs(value) >= 1000 ? formats.count(value) : formats.compact(value);
