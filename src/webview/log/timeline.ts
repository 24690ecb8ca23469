import { el, setAttribute } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { createLegend, type LegendOptions } from "../legend.ts";
import { createNumbers } from "../numbers.ts";
import type { Plot } from "../plot.ts";
import type { Span } from "../span.ts";
import type { Tabled } from "../tabled.ts";
import type { Theme } from "../theme.ts";
import { createBars } from "./bars.ts";
import type { Times } from "./times.ts";

/** So many steps are leapt over by PageUp and PageDown. */
const LEAP = 10;

export interface TimelineParts {
  readonly l10n: L10n;
  readonly formats: Formats;
  readonly times: Times;
  readonly theme: Theme;
  readonly tables: Tabled;
  /** A range of time was selected, ms since the epoch; undefined: zoom out. */
  readonly select: (range: { readonly since: number; readonly until: number } | undefined) => void;
}

interface Own {
  readonly id: string;
  readonly legend: LegendOptions;
  /** The step at a place, or the whole, in words. */
  readonly words: (plot: Plot, place: number | undefined) => string;
  /** A step was clicked where its bar has reached a height. */
  readonly click?: (plot: Plot, place: number, height: number) => void;
}

/** A chart over the time of the search, in which a span of it is chosen: as bars or lines, in words, and as a table. */
export interface Timeline {
  readonly stage: HTMLElement;
  readonly numbers: HTMLElement;
  readonly legend: HTMLElement;
  /** Shows the table in place of the chart. */
  readonly toggle: HTMLElement;
  /**
   * @param start of the first step, and width of each, in ms
   * @param found what was searched for, once all of it is found
   */
  update(plot: Plot, start: number, step: number, found: string | undefined): void;
  restyle(): void;
}

interface Shown {
  readonly plot: Plot;
  readonly start: number;
  readonly step: number;
  readonly found: string | undefined;
}

export function createTimeline(parts: TimelineParts, { id, legend: told, words, click }: Own): Timeline {
  const { l10n, formats, times, theme, tables, select } = parts;
  const { t } = l10n;
  const canvas = el("div", { class: "canvas", "aria-hidden": "true" });
  const stage = el(
    "div",
    {
      class: "stage",
      role: "slider",
      tabindex: "0",
      "aria-description": t(
        "Arrow keys move from step to step, with Shift they mark a span. Enter shows what is marked. Minus zooms out.",
      ),
      "aria-orientation": "horizontal",
    },
    canvas,
  );
  const clock = (time: number, step: number) => times.stamp(time * 1000).slice(0, step < 1 ? 23 : 19);
  const numbers = createNumbers(id, { l10n, formats: { ...formats, clock } });
  const toggle = el("vscode-toolbar-button", { icon: "table", class: "table" });
  setAttribute(toggle, "toggleable", true);
  const legend = createLegend(theme, l10n, told);
  let shown: Shown | undefined;
  let table = tables.has(id);
  /** Starts (ms) of the step under the cursor, and of the one at which a range began to be selected by keyboard. */
  let cursor: number | undefined;
  let from: number | undefined;
  /** Where the cursor was, and of which search, when the value was set. */
  let said = "";

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
      if (shown && place !== undefined) click?.(shown.plot, place, height);
    },
  });

  /** Place of the step of a moment; undefined where there is none. */
  const placeOf = (ms: number | undefined): number | undefined => {
    if (!shown || ms === undefined) return undefined;
    const at = Math.floor((ms - shown.start) / shown.step);
    return at >= 0 && at < shown.plot.times.length ? at : undefined;
  };
  const startOf = (ms: number): number | undefined => {
    const at = placeOf(ms);
    return at === undefined || !shown ? undefined : at * shown.step + shown.start;
  };

  const choose = (since: number, until: number): void => {
    cursor = from = undefined;
    select({ since: Math.floor(since), until: Math.ceil(until) });
  };

  /** What is marked by keyboard: from the first step to the end of the last one. */
  const marked = (): Span | undefined => {
    if (!shown || cursor === undefined || from === undefined) return undefined;
    return { from: Math.min(from, cursor) / 1000, until: (Math.max(from, cursor) + shown.step) / 1000 };
  };

  const tell = (): void => {
    if (!shown) return;
    const { plot, start, step, found } = shown;
    const [at, last] = [placeOf(cursor), Math.max(0, plot.times.length - 1)];
    legend.update(plot, at ?? -1, clock);
    const next = JSON.stringify([at === undefined ? undefined : cursor, found]);
    // What changes while a slider has the focus is read out, and lines may come all the time.
    if (document.activeElement === stage && next === said) return;
    said = next;
    setAttribute(stage, "aria-valuemin", "0");
    setAttribute(stage, "aria-valuemax", String(last));
    setAttribute(stage, "aria-valuenow", String(at ?? last));
    const there = words(plot, at);
    const when =
      at === undefined ? "" : `${times.stamp(start + at * step)} + ${formats.duration(step / 1000)}: `;
    setAttribute(stage, "aria-valuetext", `${when}${there}`);
  };
  const mark = (): void => {
    const half = (shown?.step ?? 0) / 2;
    bars.mark(cursor === undefined ? undefined : (cursor + half) / 1000, marked());
  };

  const draw = (): void => {
    if (!shown) return;
    const { plot } = shown;
    setAttribute(stage, "aria-label", plot.title);
    const label = t("{0} as a table", plot.title);
    setAttribute(toggle, "label", label);
    setAttribute(toggle, "title", label);
    stage.hidden = table;
    numbers.element.hidden = !table;
    if (table) numbers.update(plot);
    else bars.update(plot);
    tell();
    if (from !== undefined) mark();
  };

  toggle.checked = table;
  toggle.addEventListener("change", () => {
    table = toggle.checked;
    tables.set(id, table);
    draw();
  });
  stage.addEventListener("blur", tell);
  stage.addEventListener("keydown", (event) => {
    if (!shown || event.ctrlKey || event.metaKey || event.altKey) return;
    const { start, step, plot } = shown;
    const last = plot.times.length - 1;
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
    } else if (event.key === "-") select(undefined);
    else if (event.key === "Escape") {
      if (cursor === undefined) select(undefined);
      cursor = from = undefined;
    } else if (to === undefined || last < 0) return;
    else {
      from = event.shiftKey ? (from ?? start + Math.min(at, last) * step) : undefined;
      cursor = start + Math.min(last, Math.max(0, to)) * step;
    }
    event.preventDefault();
    mark();
    tell();
  });

  return {
    stage,
    numbers: numbers.element,
    legend: legend.element,
    toggle,
    update(plot, start, step, found = shown?.found) {
      shown = { plot, start, step, found };
      draw();
    },
    restyle() {
      legend.restyle();
      bars.restyle();
      tell();
    },
  };
}
