import { type Chart, createChart } from "./chart.ts";
import { createDial } from "./dial.ts";
import { el, setAttribute, setText } from "./dom.ts";
import { createHeatLegend } from "./heat-legend.ts";
import { createLegend } from "./legend.ts";
import { createNumbers } from "./numbers.ts";
import { paintPicture } from "./picture.ts";
import { inRows, type Plot } from "./plot.ts";
import type { Pointer } from "./pointer.ts";
import type { Search } from "./search.ts";
import { createSelect } from "./select.ts";
import type { Span } from "./span.ts";
import { steer } from "./steer.ts";
import { createStripLegend } from "./strip-legend.ts";
import type { Texts } from "./summary.ts";
import type { Tabled } from "./tabled.ts";
import type { Theme } from "./theme.ts";

export interface CardParts extends Texts {
  readonly theme: Theme;
  readonly pointer: Pointer;
  readonly tables: Tabled;
  /** The reader made the choice that the plot offers. */
  readonly choose: (value: string) => void;
  /** Shows a span on all charts. */
  readonly zoom: (span: Span) => void;
  readonly zoomOut: () => void;
  /** Opens the lines behind a part of the chart. */
  readonly open: (search: Search, span?: Span) => void;
  /** What may help where nothing is to be seen. */
  readonly remedies: () => readonly { readonly label: string; readonly run: () => void }[];
  readonly savePicture: (card: Card) => void;
  readonly saveNumbers: (card: Card) => void;
}

export interface Card {
  readonly element: HTMLElement;
  readonly plot: Plot | undefined;
  update(plot: Plot, span: Span): void;
  restyle(): void;
  /** Title, legend and chart as a picture; undefined when there is nothing to see. */
  picture(): HTMLCanvasElement | undefined;
}

/** One chart with its title, legend and numbers. */
export function createCard(id: string, parts: CardParts): Card {
  const { l10n, formats, theme, pointer } = parts;
  const { t } = l10n;
  const title = el("h2", { id: `title-${id}` });
  const unit = el("span", { class: "unit" });
  const note = el("p", { class: "note" });
  const select = createSelect(parts.choose);
  const save = el("vscode-toolbar-button", { icon: "device-camera", class: "save" });
  const toggle = el("vscode-toolbar-button", { icon: "table", toggleable: true, class: "toggle" });
  const stage = el("div", {
    class: "stage",
    role: "slider",
    tabindex: "0",
    "aria-orientation": "horizontal",
  });
  const canvas = el("div", { class: "canvas", "aria-hidden": "true" });
  stage.append(canvas);
  const dial = createDial(stage, parts);
  const [emptyText, emptyRemedies] = [el("span"), el("span", { class: "remedies" })];
  const empty = el("p", { class: "empty" }, emptyText, emptyRemedies);
  let offered = "";
  const legend = createLegend(theme, l10n, {
    open: (line) => line.search && parts.open(line.search),
  });
  const heatLegend = createHeatLegend(theme, parts);
  const stripLegend = createStripLegend(theme);
  const numbers = createNumbers(id, { l10n, formats });
  const element = el(
    "section",
    { class: "card", "data-chart": id, "aria-labelledby": `title-${id}` },
    el("header", {}, el("div", { class: "title" }, title, unit), select.element, save, toggle),
    legend.element,
    heatLegend.element,
    stripLegend.element,
    stage,
    empty,
    numbers.element,
    note,
  );

  let plot: Plot | undefined;
  let span: Span = { from: 0, until: 0 };
  let table = parts.tables.has(id);
  let row = -1;
  const chart: Chart = createChart(canvas, theme, pointer, formats.tick, {
    choose: (from, until) => parts.zoom({ from, until }),
    row(next) {
      row = next;
      tell();
    },
  });

  const nothing = (): boolean =>
    !plot || plot.lines.every(({ drawn }) => drawn.every((value) => value === null));
  /** The step that the crosshair stands at, as a place in the plot's columns; -1 without one. */
  const place = (): number =>
    plot && pointer.time !== undefined ? plot.times.findLastIndex((time) => time <= (pointer.time ?? 0)) : -1;

  /** Tells of the step under the crosshair. */
  const tell = (): void => {
    if (plot?.heat) heatLegend.update(plot, place(), row);
    else if (plot?.states) stripLegend.update(plot, place(), formats.clock);
    else if (plot) legend.update(plot, place(), formats.clock);
    if (plot && !nothing()) dial.update({ plot, span, place: place(), row });
  };
  const offer = (): void => {
    const remedies = parts.remedies();
    const next = JSON.stringify(remedies.map(({ label }) => label));
    if (next === offered) return;
    offered = next;
    emptyRemedies.replaceChildren(
      ...remedies.map(({ label, run }) => {
        const button = el("vscode-button", { secondary: true }, label);
        button.addEventListener("click", run);
        return button;
      }),
    );
  };
  const show = (): void => {
    if (!plot) return;
    element.classList.toggle("none", nothing());
    stage.hidden = table || nothing();
    empty.hidden = !nothing();
    numbers.element.hidden = !table || nothing();
    legend.element.hidden = inRows(plot);
    heatLegend.element.hidden = !plot.heat;
    stripLegend.element.hidden = !plot.states;
    setText(emptyText, plot.empty);
    offer();
    const told = table ? t("Save the numbers of {0}", plot.title) : t("Save {0} as a picture", plot.title);
    setAttribute(save, "icon", table ? "desktop-download" : "device-camera");
    setAttribute(save, "label", told);
    setAttribute(save, "title", told);
    if (nothing()) return;
    if (table) numbers.update(plot);
    else chart.update(plot, span);
  };

  pointer.onChange(tell);
  toggle.checked = table;
  toggle.addEventListener("change", () => {
    table = toggle.checked;
    parts.tables.set(id, table);
    show();
  });
  save.addEventListener("click", () => (table ? parts.saveNumbers(card) : parts.savePicture(card)));
  stage.addEventListener("dblclick", parts.zoomOut);
  steer(stage, pointer, {
    plot: () => plot,
    place,
    row: () => row,
    setRow(next) {
      row = next;
      tell();
    },
    zoom: parts.zoom,
    zoomOut: parts.zoomOut,
    open(at, width) {
      const search = (row >= 0 ? plot?.lines[row]?.search : undefined) ?? {};
      parts.open(search, { from: at, until: at + width });
    },
  });

  const card: Card = {
    element,
    get plot() {
      return nothing() ? undefined : plot;
    },
    update(next, nextSpan) {
      plot = next;
      span = nextSpan;
      setText(title, plot.title);
      setText(unit, plot.unit);
      setAttribute(unit, "title", plot.unit);
      setText(note, plot.note ?? "");
      note.hidden = plot.note === undefined;
      select.update(plot.choice);
      setAttribute(
        stage,
        "aria-description",
        t(
          "Arrow keys move the crosshair, with Shift they mark a span. Enter shows what is marked, or opens the lines of the step. Minus zooms out.",
        ),
      );
      setAttribute(toggle, "label", t("{0} as a table", plot.title));
      setAttribute(toggle, "title", t("{0} as a table", plot.title));
      show();
      tell();
    },
    restyle() {
      chart.restyle();
      legend.restyle();
      heatLegend.restyle();
      stripLegend.restyle();
      tell();
    },
    picture() {
      if (!plot || nothing()) return undefined;
      chart.update(plot, span);
      const drawn = chart.picture();
      return drawn && paintPicture(plot, drawn, theme);
    },
  };
  return card;
}
