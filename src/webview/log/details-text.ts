import type { Details } from "../../protocol/log-view.ts";
import { el } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import { visibleLines } from "./visible.ts";

/** More of a text than this (UTF-16 units) would make the page slow; copying it gives all. */
const MOST = 200_000;

/** A text of a record, its places in code as links. */
export function linkedText(
  text: string,
  name: string,
  record: Details,
  { t }: L10n,
  follow: (link: number) => void,
): DocumentFragment {
  const all = new DocumentFragment();
  const shown = text.slice(0, MOST);
  let at = 0;
  for (const [number, link] of record.links.entries()) {
    if (link.in !== name || link.from < at || link.to > shown.length) continue;
    all.append(visibleLines(shown.slice(at, link.from)));
    const written = visibleLines(shown.slice(link.from, link.to));
    const element = el("span", {
      class: "code-link",
      role: "link",
      tabindex: "0",
      title: t("Open {0}", written),
    });
    element.textContent = written;
    element.addEventListener("click", () => getSelection()?.isCollapsed !== false && follow(number));
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey || event.altKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      follow(number);
    });
    all.append(element);
    at = link.to;
  }
  all.append(visibleLines(shown.slice(at)));
  return all;
}

/** How many characters of a text are not shown. */
export function unshown(text: string): number {
  return Math.max(0, text.length - MOST);
}
