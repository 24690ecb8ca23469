import type { Announcer } from "./announce.ts";
import { type Chart, createChart, type Span } from "./chart.ts";
import { el, setAttribute, setText } from "./dom.ts";
import type { Formats } from "./formats.ts";
import type { L10n } from "./l10n.ts";
import { createLegend } from "./legend.ts";
import { createNumbers } from "./numbers.ts";
import type { Plot } from "./plot.ts";
import type { Pointer } from "./pointer.ts";
import { createSelect } from "./select.ts";
import { stepText, summaryOf } from "./summary.ts";
import type { Theme } from "./theme.ts";

export interface Texts {
  readonly l10n: L10n;
  readonly formats: Formats;
}

interface Parts extends Texts {
  readonly theme: Theme;
  readonly pointer: Pointer;
  readonly announcer: Announcer;
  /** The reader made the choice that the plot offers. */
  readonly choose: (value: string) => void;
}

export interface Card {
  readonly element: HTMLElement;
  update(plot: Plot, span: Span): void;
  restyle(): void;
}

/** One chart with its title, legend and numbers. */
export function createCard(id: string, parts: Parts): Card {
  const { l10n, formats, theme, pointer, announcer } = parts;
  const { t } = l10n;
  const title = el("h2", { id: `title-${id}` });
  const unit = el("span", { class: "unit" });
  const note = el("p", { class: "note" });
  const select = createSelect(parts.choose);
  const toggle = el("vscode-toolbar-button", { icon: "table", toggleable: true });
  const stage = el("div", { class: "stage", role: "img", tabindex: "0" });
  const canvas = el("div", { class: "canvas", "aria-hidden": "true" });
  stage.append(canvas);
  const empty = el("p", { class: "empty" });
  const legend = createLegend(theme);
  const numbers = createNumbers(id, { l10n, formats });
  const chart: Chart = createChart(canvas, theme, pointer, formats.clock);
  const element = el(
    "section",
    { class: "card", "data-chart": id, "aria-labelledby": `title-${id}` },
    el("header", {}, el("div", { class: "title" }, title, unit), select.element, toggle),
    legend.element,
    stage,
    empty,
    numbers.element,
    note,
  );

  let plot: Plot | undefined;
  let span: Span = { from: 0, until: 0 };
  let table = false;

  /** The step that the crosshair stands at, as a place in the plot's columns; -1 without one. */
  const place = (): number =>
    plot && pointer.time !== undefined ? plot.times.findLastIndex((time) => time <= (pointer.time ?? 0)) : -1;

  const drawLegend = (): void => {
    if (plot) legend.update(plot, place(), formats.clock);
  };
  const show = (): void => {
    if (!plot) return;
    const nothing = plot.lines.every(({ drawn }) => drawn.every((value) => value === null));
    element.classList.toggle("none", nothing);
    stage.hidden = table || nothing;
    empty.hidden = !nothing;
    numbers.element.hidden = !table || nothing;
    setText(empty, plot.empty);
    if (nothing) return;
    if (table) numbers.update(plot);
    else {
      setAttribute(stage, "aria-label", summaryOf(plot, { l10n, formats }));
      chart.update(plot, span);
    }
  };

  pointer.onChange(drawLegend);
  toggle.addEventListener("change", () => {
    table = toggle.checked;
    show();
  });
  stage.addEventListener("keydown", (event) => {
    if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
    const { times } = plot;
    const at = place() < 0 ? times.length : place();
    const leap = event.shiftKey ? 10 : 1;
    const moves: Record<string, number> = {
      ArrowLeft: at - leap,
      ArrowRight: at + leap,
      Home: 0,
      End: times.length - 1,
    };
    const next = moves[event.key];
    if (event.key === "Escape" && pointer.time !== undefined) pointer.set(undefined);
    else if (next === undefined || times.length === 0) return;
    else {
      const to = Math.min(times.length - 1, Math.max(0, next));
      pointer.set(times[to]);
      announcer.say(stepText(plot, to, formats));
    }
    event.preventDefault();
  });
  stage.addEventListener("blur", () => pointer.set(undefined));

  return {
    element,
    update(next, nextSpan) {
      plot = next;
      span = nextSpan;
      setText(title, plot.title);
      setText(unit, plot.unit);
      setText(note, plot.note ?? "");
      note.hidden = plot.note === undefined;
      select.update(plot.choice);
      setAttribute(stage, "aria-roledescription", t("chart"));
      setAttribute(toggle, "label", t("{0} as a table", plot.title));
      setAttribute(toggle, "title", t("{0} as a table", plot.title));
      show();
      drawLegend();
    },
    restyle() {
      chart.restyle();
      legend.restyle();
      drawLegend();
    },
  };
}
