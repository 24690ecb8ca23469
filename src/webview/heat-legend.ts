import { classesOf, drawCell } from "./cells.ts";
import { el, setText } from "./dom.ts";
import type { Formats } from "./formats.ts";
import type { L10n } from "./l10n.ts";
import type { Plot } from "./plot.ts";
import { cellText } from "./summary.ts";
import type { Theme } from "./theme.ts";

/** What the strengths of a heat map's cells stand for, and the cell under the crosshair. */
export interface HeatLegend {
  readonly element: HTMLElement;
  /** Tells of the cell at a place and in a row (−1: the column as a whole); of none when the place is negative. */
  update(plot: Plot, place: number, row: number): void;
  restyle(): void;
}

export function createHeatLegend(
  theme: Theme,
  { l10n, formats }: { readonly l10n: L10n; readonly formats: Formats },
): HeatLegend {
  const list = el("ul", { class: "classes", "aria-label": l10n.t("Values in each cell") });
  const told = el("span", { class: "told" });
  const element = el("div", { class: "legend" }, list, told);
  let shown = "";
  return {
    element,
    update(plot, place, row) {
      const classes = classesOf(plot);
      const next = JSON.stringify(classes);
      if (next !== shown) {
        shown = next;
        list.replaceChildren(
          ...classes.map((start, i) => {
            const swatch = el("canvas", { "aria-hidden": "true" });
            drawCell(swatch, i, classes.length, theme);
            return el(
              "li",
              {},
              swatch,
              el("span", { class: "value" }, l10n.t("{0}+", formats.compact(start))),
            );
          }),
        );
      }
      setText(told, place < 0 ? "" : cellText(plot, place, row, { l10n, formats }));
    },
    restyle() {
      shown = "";
    },
  };
}
