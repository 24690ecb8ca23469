import type { SaveRequest } from "../protocol/webview.ts";
import { type Card, type CardParts, createCard } from "./card.ts";
import { csvOf, type ValueCounts } from "./csv.ts";
import { arrange, el } from "./dom.ts";
import type { Content } from "./page.ts";
import { mosaic, pngOf } from "./picture.ts";
import type { Plot } from "./plot.ts";
import { plotsOf } from "./plots.ts";
import { createPointer } from "./pointer.ts";
import { createTheme } from "./theme.ts";

/** Pictures of all charts stand in so many columns. */
const COLUMNS = 3;
/** So long (ms) after a span was selected on a chart that chart stays in sight: what opens beside it makes the page narrower. */
const HELD = 5_000;

type Parts = Omit<CardParts, "theme" | "pointer" | "savePicture" | "saveNumbers"> & {
  readonly save: (request: SaveRequest) => void;
  readonly fail: (error: unknown) => void;
};

/** All charts, on one crosshair and one window of time. */
export interface Charts {
  readonly element: HTMLElement;
  draw(content: Content): void;
  savePictures(): void;
  /** @param lists what stands below the charts */
  saveAllNumbers(lists: readonly ValueCounts[]): void;
}

export function createCharts(parts: Parts): Charts {
  const [theme, pointer] = [createTheme(), createPointer()];
  const element = el("div", { class: "charts" });
  const cards = new Map<string, Card>();
  let drawnFor: readonly unknown[] = [];
  let held: { readonly card: HTMLElement; readonly since: number } | undefined;
  let width = 0;
  new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    if (held && performance.now() - held.since < HELD) held.card.scrollIntoView({ block: "nearest" });
  }).observe(element);
  theme.onChange(() => {
    for (const card of cards.values()) card.restyle();
  });

  const savePictures = (pictures: readonly (HTMLCanvasElement | undefined)[], name: string): void => {
    const present = pictures.filter((picture) => picture !== undefined);
    const [first] = present;
    if (!first) return;
    const whole = present.length === 1 ? first : mosaic(present, COLUMNS, theme);
    pngOf(whole, parts.l10n).then((bytes) => parts.save({ kind: "png", name, bytes }), parts.fail);
  };
  const saveNumbers = (
    plots: readonly (Plot | undefined)[],
    name: string,
    lists: readonly ValueCounts[] = [],
  ): void => {
    const present = plots.filter((plot) => plot !== undefined);
    if (present.length + lists.length > 0) parts.save({ kind: "csv", name, text: csvOf(present, lists) });
  };

  const cardOf = (id: string): Card => {
    const found = cards.get(id);
    if (found) return found;
    const card: Card = createCard(id, {
      ...parts,
      zoom(span) {
        held = { card: card.element, since: performance.now() };
        parts.zoom(span);
      },
      theme,
      pointer,
      savePicture: (of) => savePictures([of.picture()], `log-monitor-${id}`),
      saveNumbers: (of) => saveNumbers([of.plot], `log-monitor-${id}`),
    });
    cards.set(id, card);
    return card;
  };

  return {
    element,
    /** Charts change with their figures, not with every snapshot. */
    draw({ window, state, snapshot }) {
      const order = (items: readonly { readonly id: string }[] | undefined) =>
        (items ?? []).map(({ id }) => id);
      const [known, sinks] = [order(snapshot?.sources), order(snapshot?.sinks)];
      const now = [window, state.source, state.duration, known.join("\n"), sinks.join("\n")];
      if (!window || now.every((value, i) => value === drawnFor[i])) return;
      drawnFor = now;
      const { series, at } = window;
      const { source, duration } = state;
      const plots = plotsOf({ series, at, source, sources: known, sinks, duration }, parts);
      arrange(
        element,
        plots.map(({ id }) => cardOf(id).element),
      );
      for (const plot of plots) cardOf(plot.id).update(plot, window);
    },
    savePictures: () =>
      savePictures(
        [...cards.values()].map((card) => card.picture()),
        "log-monitor",
      ),
    saveAllNumbers: (lists) =>
      saveNumbers(
        [...cards.values()].map(({ plot }) => plot),
        "log-monitor",
        lists,
      ),
  };
}
