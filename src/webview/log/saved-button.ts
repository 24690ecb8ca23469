import { type NamedQuery, namedQueries, type SavedQuery, savedQuery } from "../../protocol/saved-queries.ts";
import { el, setAttribute } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import type { LogHost } from "./host.ts";
import { filterOf, indexOf, sameAs, savedOf } from "./saved.ts";
import type { Filter } from "./state.ts";

/** The star beside the query: full when the search that is shown is a saved one. */
export interface SavedButton {
  readonly element: HTMLElement;
  /** Asks what is saved. */
  start(): void;
  /** These are saved now. */
  take(queries: readonly NamedQuery[]): void;
  show(query: SavedQuery): void;
  /** @param index the sink whose index is searched; undefined: the store */
  draw(filter: Filter, index: string | undefined): void;
}

interface Parts {
  readonly l10n: L10n;
  readonly channel: LogHost["channel"];
  readonly apply: (filter: Filter, index: string | undefined) => void;
  readonly fail: (error: unknown) => void;
}

export function createSavedButton({ l10n: { t }, channel, apply, fail }: Parts): SavedButton {
  const element = el("vscode-toolbar-button", { icon: "star-empty", class: "saved" });
  let all: readonly NamedQuery[] = [];
  let shown: { readonly filter: Filter; readonly index: string | undefined } | undefined;
  const show = (query: SavedQuery): void => apply(filterOf(query), indexOf(query));
  const take = (queries: readonly NamedQuery[]): void => {
    all = queries;
    draw();
  };
  const draw = (): void => {
    const name = shown && sameAs(shown.filter, shown.index, all)?.name;
    const label = name === undefined ? t("Saved queries: open or save") : t("Saved as {0}", name);
    setAttribute(element, "icon", name === undefined ? "star-empty" : "star-full");
    setAttribute(element, "label", label);
    setAttribute(element, "title", label);
  };
  element.addEventListener("click", () => {
    if (!shown) return;
    // Chosen from, and added to, in the editor's own list.
    channel
      .call("pickQuery", { now: savedOf(shown.filter, shown.index) })
      .then(({ query }) => query !== undefined && show(savedQuery.parse(query)))
      .catch(fail);
  });
  draw();
  return {
    element,
    start: () =>
      void channel.call("queries", undefined).then((saved) => take(namedQueries.parse(saved)), fail),
    take,
    show,
    draw(filter, index) {
      shown = { filter, index };
      draw();
    },
  };
}
