import type { FacetsTold } from "../../protocol/log-view.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { createFacetsPane, type FacetsPane } from "./facets.ts";
import type { LogState } from "./state.ts";

interface Parts {
  readonly state: () => LogState["facets"];
  readonly keep: (facets: LogState["facets"]) => void;
  /** Asks for facets, or wants no more. */
  readonly ask: (on: boolean) => void;
  readonly search: (query: string) => void;
  /** Where the focus goes from a pane that is closed. */
  readonly leave: () => void;
}

/** Opens and closes the pane of fields, and has it filled only while it is open. */
export interface FacetsControl {
  readonly pane: FacetsPane;
  toggle(): void;
  /** A search was begun. */
  begin(): void;
  told(facets: FacetsTold): void;
  /** So many hits the search has by now. */
  count(hits: number): void;
}

export function createFacetsControl(
  l10n: L10n,
  formats: Formats,
  { state, keep, ask, search, leave }: Parts,
): FacetsControl {
  const pane = createFacetsPane(l10n, formats, {
    search,
    unfold: (unfolded) => keep({ ...state(), unfolded }),
    close: () => toggle(),
  });
  const show = (): void => pane.show(state().open, state().unfolded);
  const toggle = (): void => {
    keep({ ...state(), open: !state().open });
    show();
    ask(state().open);
    if (state().open) pane.focus();
    else leave();
  };
  show();
  return {
    pane,
    toggle,
    begin: () => state().open && ask(true),
    told: (facets) => state().open && pane.update(facets),
    count: pane.count,
  };
}
