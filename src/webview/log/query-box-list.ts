import type { Suggestion, Suggestions } from "../../protocol/suggestions.ts";
import { el, icon, setAttribute } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { visible } from "./visible.ts";

const ICON: Record<Suggestion["kind"], string> = {
  field: "symbol-field",
  value: "symbol-enum-member",
  operator: "symbol-operator",
};

interface Parts {
  readonly l10n: L10n;
  readonly formats: Formats;
  /** The combobox that the list belongs to. */
  readonly input: HTMLElement;
  readonly take: (suggestion: Suggestion) => void;
}

/** What can be written, below the box it is written in, which keeps the focus (ARIA's combobox). */
export interface SuggestionList {
  readonly element: HTMLElement;
  readonly isOpen: boolean;
  readonly active: Suggestion | undefined;
  /** @param first makes the first one active */
  show(suggestions: Suggestions, first: boolean): void;
  /** The next one up or down becomes active, from the last one the first. */
  move(by: 1 | -1): void;
  /** None is active. */
  release(): void;
  close(): void;
}

export function createSuggestionList({ l10n: { t }, formats, input, take }: Parts): SuggestionList {
  const list = el("ul", { role: "listbox", id: "query-options", "aria-label": t("Suggestions") });
  const sample = el("p", { class: "sample" });
  const element = el("div", { class: "suggestions", hidden: true }, list, sample);
  let options: readonly Suggestion[] = [];
  let rows: readonly HTMLElement[] = [];
  let active = -1;
  setAttribute(input, "role", "combobox");
  setAttribute(input, "aria-autocomplete", "list");
  setAttribute(input, "aria-controls", list.id);
  setAttribute(input, "aria-expanded", "false");
  // The box keeps the focus.
  element.addEventListener("mousedown", (event) => event.preventDefault());

  const activate = (next: number): void => {
    active = next;
    for (const [i, row] of rows.entries()) setAttribute(row, "aria-selected", String(i === active));
    const row = rows[active];
    setAttribute(input, "aria-activedescendant", row?.id);
    row?.scrollIntoView({ block: "nearest" });
  };
  const open = (is: boolean): void => {
    element.hidden = !is;
    setAttribute(input, "aria-expanded", String(is));
  };
  const rowOf = (option: Suggestion, i: number): HTMLElement => {
    const row = el(
      "li",
      { role: "option", id: `query-option-${i}`, "aria-selected": "false", class: option.kind },
      icon(ICON[option.kind]),
      el("span", { class: "label" }, visible(option.label)),
      option.count !== undefined && el("span", { class: "count" }, formats.count(option.count)),
    );
    row.addEventListener("click", () => take(option));
    return row;
  };

  return {
    element,
    get isOpen() {
      return !element.hidden;
    },
    get active() {
      return options[active];
    },
    show(suggestions, first) {
      options = suggestions.options;
      rows = options.map(rowOf);
      list.replaceChildren(...rows);
      const { sampled } = suggestions;
      sample.hidden = sampled === undefined;
      sample.textContent =
        sampled === undefined ? "" : t("Counts of the newest {0} lines", formats.count(sampled));
      open(options.length > 0);
      activate(first && options.length > 0 ? 0 : -1);
    },
    move(by) {
      const last = options.length - 1;
      if (active < 0) activate(by > 0 ? 0 : last);
      else activate(active + by < 0 ? last : active + by > last ? 0 : active + by);
    },
    release: () => activate(-1),
    close() {
      open(false);
      activate(-1);
    },
  };
}
