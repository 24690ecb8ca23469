import { visible } from "../lib/visible.ts";
import type { FacetsTold } from "../protocol/log-view.ts";
import { arrange, el, setAttribute, setText } from "./dom.ts";
import type { Formats } from "./formats.ts";
import type { L10n } from "./l10n.ts";

type Facet = FacetsTold["fields"][number];

/** The most frequent values of one field, with their counts and shares; rows stay the same elements. */
export interface ValueList {
  readonly element: HTMLElement;
  update(facet: Facet, open: (value: string) => void): void;
}

interface Row {
  readonly element: HTMLTableRowElement;
  readonly button: HTMLButtonElement;
  readonly count: HTMLElement;
  readonly share: HTMLElement;
}

export function createValueList(
  name: string,
  { l10n: { t }, formats }: { readonly l10n: L10n; readonly formats: Formats },
): ValueList {
  const spoken = (value: string): string => (value === "" ? t("(empty)") : visible(value));
  const caption = el("caption", {}, el("strong", {}, visible(name)));
  const told = el("span", { class: "unit" });
  caption.append(told);
  const heads = [t("Value"), t("Lines"), t("Share")].map((text) =>
    el("th", { scope: "col" }, el("span", { class: "unseen" }, text)),
  );
  const body = el("tbody");
  const element = el("table", { class: "top" }, caption, el("thead", {}, el("tr", {}, ...heads)), body);
  const rows = new Map<string, Row>();
  let opening: (value: string) => void = () => undefined;

  const rowOf = (value: string): Row => {
    const found = rows.get(value);
    if (found) return found;
    const button = el("button", { type: "button", class: "link" }, spoken(value));
    button.addEventListener("click", () => opening(value));
    const [count, share] = [el("td", { class: "number" }), el("td", { class: "number share" })];
    const row = {
      element: el("tr", {}, el("th", { scope: "row" }, button), count, share),
      button,
      count,
      share,
    };
    rows.set(value, row);
    return row;
  };

  return {
    element,
    update({ values, records, distinct, more, exact }, open) {
      opening = open;
      const number = formats.count(distinct);
      const some = distinct === 1 ? t("1 value") : t("{0} values", number);
      const kinds = more ? t("more than {0} values", number) : some;
      setText(told, exact ? kinds : t("{0}, counts are at least", kinds));
      const most = Math.max(1, ...values.map(({ count }) => count));
      const present = values.map(({ text, count }) => {
        const row = rowOf(text);
        const label = t("{0}: {1}, open its lines in the log view", visible(name), spoken(text));
        setAttribute(row.button, "title", label);
        setAttribute(row.button, "aria-label", label);
        setText(row.count, formats.count(count));
        setText(row.share, formats.percent(count / Math.max(1, records)));
        row.element.style.setProperty("--share", `${(100 * count) / most}%`);
        return row.element;
      });
      const focused = [...body.children].findIndex((row) => row.contains(document.activeElement));
      for (const value of rows.keys()) if (!values.some(({ text }) => text === value)) rows.delete(value);
      arrange(body, present);
      // Its value is among the most frequent no longer: the one in its place is next to it.
      if (focused >= 0 && !body.contains(document.activeElement) && document.hasFocus())
        body.children[Math.min(focused, present.length - 1)]?.querySelector("button")?.focus();
    },
  };
}
