import { arrange, el, setAttribute, setText } from "../dom.ts";
import { clicked } from "./chip-choice.ts";

/** What is longer (characters) may be cut, and is told as a title. */
const SHORT = 16;

/** One of several that can each be left out. */
export interface Chip {
  readonly id: string;
  readonly label: string;
  /** How many there are, in words. */
  readonly count?: string;
  /** What the stylesheet colours it by: a level, or the number of a source. */
  readonly tone?: string;
  readonly source?: string | undefined;
}

export interface Chips {
  readonly element: HTMLElement;
  /** @param chosen undefined: all */
  update(chips: readonly Chip[], chosen: readonly string[] | undefined): void;
}

/**
 * A row of buttons, pressed for what is shown.
 * @param kind what the stylesheet knows them by
 */
export function createChips(
  kind: "levels" | "sources",
  name: string,
  choose: (chosen: readonly string[] | undefined) => void,
): Chips {
  const element = el("div", { class: `chips ${kind}`, role: "group", "aria-label": name });
  const buttons = new Map<string, { element: HTMLElement; label: HTMLElement; count: HTMLElement }>();
  let all: readonly string[] = [];
  let now: readonly string[] | undefined;

  const create = (id: string) => {
    const [label, count] = [el("span", { class: "label" }), el("span", { class: "count" })];
    const button = el("button", { type: "button", class: "chip" }, label, count);
    button.addEventListener("click", () => choose(clicked(id, now, all)));
    return { element: button, label, count };
  };

  return {
    element,
    update(chips, chosen) {
      all = chips.map(({ id }) => id);
      now = chosen;
      const shown = chips.map(({ id, label, count, tone, source }) => {
        const button = buttons.get(id) ?? create(id);
        buttons.set(id, button);
        setText(button.label, label);
        setAttribute(button.element, "title", label.length > SHORT ? label : undefined);
        setText(button.count, count ?? "");
        button.count.hidden = count === undefined;
        setAttribute(button.element, "data-level", tone);
        setAttribute(button.element, "data-source", source);
        setAttribute(button.element, "aria-pressed", String(chosen?.includes(id) ?? true));
        return button.element;
      });
      for (const id of buttons.keys()) if (!all.includes(id)) buttons.delete(id);
      arrange(element, shown);
    },
  };
}
