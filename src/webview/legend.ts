import { lastOf } from "./column.ts";
import { arrange, el, setAttribute, setText } from "./dom.ts";
import type { L10n } from "./l10n.ts";
import { drawSwatch } from "./paint.ts";
import type { Look } from "./palette.ts";
import type { Line, Plot } from "./plot.ts";
import type { Theme } from "./theme.ts";

interface Item {
  readonly element: HTMLElement;
  readonly swatch: HTMLCanvasElement;
  readonly label: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly value: HTMLElement;
  look: Look | undefined;
  line: Line | undefined;
  /** Characters of the longest value so far. */
  room: number;
}

export interface Legend {
  readonly element: HTMLElement;
  /** Shows the values of the step at `place`, or the newest when it is negative. */
  update(plot: Plot, place: number, clock: (time: number, step: number) => string): void;
  restyle(): void;
}

export interface LegendOptions {
  readonly open: (line: Line) => void;
  /** What a click on the name of a line does. */
  readonly told?: (line: Line) => string;
  /** What a line's value is without a step; absent: the newest. */
  readonly whole?: (line: Line) => number | null;
}

/** Names of the lines with their signs and values; a name that stands for lines of the log opens them. */
export function createLegend(
  theme: Theme,
  { t }: L10n,
  { open, told: telling, whole = newest }: LegendOptions,
): Legend {
  const list = el("ul", {});
  const when = el("span", { class: "when" });
  const element = el("div", { class: "legend" }, list, when);
  const items = new Map<string, Item>();

  const itemOf = (key: string): Item => {
    const found = items.get(key);
    if (found) return found;
    const swatch = el("canvas", { "aria-hidden": "true" });
    const [label, value] = [el("span", { class: "label" }), el("span", { class: "value" })];
    const button = el("button", { type: "button", class: "link" }, label);
    const element = el("li", {}, swatch, button, value);
    const item: Item = { element, swatch, label, button, value, look: undefined, line: undefined, room: 0 };
    button.addEventListener("click", () => item.line && open(item.line));
    items.set(key, item);
    return item;
  };

  list.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const buttons = namesOf(list);
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    if (by === undefined || at < 0) return;
    buttons[(at + by + buttons.length) % buttons.length]?.focus();
    event.preventDefault();
  });
  list.addEventListener("focusin", () => rove(list));
  return {
    element,
    update(plot, place, clock) {
      const shown = plot.lines.map((line) => {
        const item = itemOf(line.key);
        if (item.look !== line.look) {
          item.look = line.look;
          drawSwatch(item.swatch, line.look, plot.stacked, theme);
        }
        const value = place < 0 ? whole(line) : (line.drawn[place] ?? null);
        setText(item.label, line.label);
        item.line = line;
        item.button.disabled = line.search === undefined;
        const told =
          telling?.(line) ?? t("{0}: open the lines of {1} in the log view", plot.title, line.label);
        setAttribute(item.button, "title", line.search ? told : line.label);
        setAttribute(item.button, "aria-label", line.search && told);
        setAttribute(
          item.button,
          "aria-pressed",
          line.chosen === undefined ? undefined : String(line.chosen),
        );
        const text = value === null ? "–" : plot.drawnText(value);
        setText(item.value, text);
        // What grows and shrinks with every step would move the names away under the pointer.
        if (text.length > item.room) {
          item.room = text.length;
          item.value.style.minWidth = `${text.length}ch`;
        }
        return { key: line.key, element: item.element };
      });
      arrange(
        list,
        shown.map((item) => item.element),
      );
      rove(list);
      const keys = new Set(shown.map(({ key }) => key));
      for (const key of items.keys()) if (!keys.has(key)) items.delete(key);
      setText(when, place < 0 ? "" : clock(plot.times[place] ?? 0, plot.step));
    },
    restyle() {
      for (const item of items.values()) item.look = undefined;
    },
  };
}

const newest = ({ drawn }: Line) => lastOf(drawn);
const namesOf = (list: HTMLElement) => [...list.querySelectorAll<HTMLButtonElement>("button:enabled")];

/** One of the names is reached by Tab, the others by the arrow keys from there: there are many charts. */
function rove(list: HTMLElement): void {
  const buttons = namesOf(list);
  const focused = buttons.find((button) => button === document.activeElement);
  const current = focused ?? buttons.find(({ tabIndex }) => tabIndex === 0) ?? buttons[0];
  for (const button of buttons) {
    const index = button === current ? 0 : -1;
    if (button.tabIndex !== index) button.tabIndex = index;
  }
}
