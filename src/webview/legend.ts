import { lastOf } from "./column.ts";
import { arrange, el, setText } from "./dom.ts";
import { drawSwatch } from "./paint.ts";
import type { Look } from "./palette.ts";
import type { Plot } from "./plot.ts";
import type { Theme } from "./theme.ts";

interface Item {
  readonly element: HTMLElement;
  readonly swatch: HTMLCanvasElement;
  readonly label: HTMLElement;
  readonly value: HTMLElement;
  look: Look | undefined;
}

export interface Legend {
  readonly element: HTMLElement;
  /** Shows the values of the step at `place`, or the newest when it is negative. */
  update(plot: Plot, place: number, clock: (time: number, step: number) => string): void;
  restyle(): void;
}

/** Names of the lines with their signs and values. */
export function createLegend(theme: Theme): Legend {
  const list = el("ul", {});
  const when = el("span", { class: "when" });
  const element = el("div", { class: "legend" }, list, when);
  const items = new Map<string, Item>();

  const itemOf = (key: string): Item => {
    const found = items.get(key);
    if (found) return found;
    const swatch = el("canvas", { "aria-hidden": "true" });
    const [label, value] = [el("span", { class: "label" }), el("span", { class: "value" })];
    const item = { element: el("li", {}, swatch, label, value), swatch, label, value, look: undefined };
    items.set(key, item);
    return item;
  };

  return {
    element,
    update(plot, place, clock) {
      const shown = plot.lines.map((line) => {
        const item = itemOf(line.key);
        if (item.look !== line.look) {
          item.look = line.look;
          drawSwatch(item.swatch, line.look, plot.stacked, theme);
        }
        const value = place < 0 ? lastOf(line.drawn) : (line.drawn[place] ?? null);
        setText(item.label, line.label);
        item.label.title = line.label;
        setText(item.value, value === null ? "–" : plot.drawnText(value));
        return { key: line.key, element: item.element };
      });
      arrange(
        list,
        shown.map((item) => item.element),
      );
      const keys = new Set(shown.map(({ key }) => key));
      for (const key of items.keys()) if (!keys.has(key)) items.delete(key);
      setText(when, place < 0 ? "" : clock(plot.times[place] ?? 0, plot.step));
    },
    restyle() {
      for (const item of items.values()) item.look = undefined;
    },
  };
}
