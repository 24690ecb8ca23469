import type { NamedQuery, SavedQuery } from "../../protocol/saved-queries.ts";
import { el, setAttribute } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import { filterOf, sameAs, savedOf } from "./saved.ts";
import type { Filter } from "./state.ts";

/** The star beside the query: full when the search that is shown is a saved one. */
export interface SavedButton {
  readonly element: HTMLElement;
  /** These are saved now. */
  take(queries: readonly NamedQuery[]): void;
  draw(filter: Filter): void;
}

interface Parts {
  readonly l10n: L10n;
  /** Lets the user choose from, and add to, what is saved. */
  readonly pick: (now: SavedQuery) => Promise<SavedQuery | undefined>;
  readonly apply: (filter: Filter) => void;
}

export function createSavedButton({ l10n: { t }, pick, apply }: Parts): SavedButton {
  const element = el("vscode-toolbar-button", { icon: "star-empty", class: "saved" });
  let all: readonly NamedQuery[] = [];
  let shown: Filter | undefined;
  const draw = (): void => {
    const name = shown && sameAs(shown, all)?.name;
    const label = name === undefined ? t("Saved queries: open or save") : t("Saved as {0}", name);
    setAttribute(element, "icon", name === undefined ? "star-empty" : "star-full");
    setAttribute(element, "label", label);
    setAttribute(element, "title", label);
  };
  element.addEventListener("click", () => {
    if (!shown) return;
    void pick(savedOf(shown)).then((chosen) => chosen !== undefined && apply(filterOf(chosen)));
  });
  draw();
  return {
    element,
    take(queries) {
      all = queries;
      draw();
    },
    draw(filter) {
      shown = filter;
      draw();
    },
  };
}
