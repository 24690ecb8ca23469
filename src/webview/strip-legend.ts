import { lastOf } from "./column.ts";
import { arrange, el, setText } from "./dom.ts";
import { drawSwatch } from "./paint.ts";
import type { Plot } from "./plot.ts";
import type { Theme } from "./theme.ts";

/** The signs of the states that occur, each with the names of what is in it. */
export interface StripLegend {
  readonly element: HTMLElement;
  /** Tells of the step at `place`, or of the newest when it is negative. */
  update(plot: Plot, place: number, clock: (time: number, step: number) => string): void;
  restyle(): void;
}

export function createStripLegend(theme: Theme): StripLegend {
  const list = el("ul", {});
  const when = el("span", { class: "when" });
  const element = el("div", { class: "legend" }, list, when);
  const items = new Map<string, { readonly element: HTMLElement; readonly value: HTMLElement }>();
  return {
    element,
    update(plot, place, clock) {
      const shown = (plot.states ?? []).flatMap((state, i) => {
        if (!plot.lines.some(({ drawn }) => drawn.includes(i))) return [];
        let item = items.get(state.id);
        if (!item) {
          const swatch = el("canvas", { "aria-hidden": "true" });
          drawSwatch(swatch, state.look, true, theme);
          const value = el("span", { class: "value names" });
          item = { element: el("li", {}, swatch, el("span", { class: "label" }, state.label), value), value };
          items.set(state.id, item);
        }
        const of = plot.lines.filter(
          ({ drawn }) => (place < 0 ? lastOf(drawn) : (drawn[place] ?? null)) === i,
        );
        setText(item.value, of.length > 0 ? of.map(({ label }) => label).join(", ") : "–");
        return [item.element];
      });
      arrange(list, shown);
      setText(when, place < 0 ? "" : clock(plot.times[place] ?? 0, plot.step));
    },
    restyle: () => items.clear(),
  };
}
