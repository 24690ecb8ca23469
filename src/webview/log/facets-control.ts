import type { FacetsTold } from "../../protocol/log-view.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { createFacetsPane, type FacetsPane } from "./facets.ts";
import type { LogState } from "./state.ts";
import type { TrendControl } from "./trend-control.ts";

interface Parts {
  readonly state: () => LogState["facets"];
  readonly keep: (facets: LogState["facets"]) => void;
  /** Asks for facets, or wants no more. */
  readonly want: (on: boolean) => void;
  /** See Acts.ask. */
  readonly ask: (term: string, exclude: boolean) => void;
  readonly trend: TrendControl;
  /** Where the focus goes from a pane that is closed, or has no item any more. */
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
  { state, keep, want, ask, trend, leave }: Parts,
): FacetsControl {
  const pane = createFacetsPane(l10n, formats, {
    ask,
    unfold: (unfolded) => keep({ ...state(), unfolded }),
    close: () => toggle(),
    leave,
    trended: trend.shown,
    trend(name) {
      trend.toggle(name);
      pane.redraw();
    },
  });
  const show = (): void => pane.show(state().open, state().unfolded);
  const toggle = (): void => {
    keep({ ...state(), open: !state().open });
    show();
    want(state().open);
    if (state().open) pane.focus();
    else leave();
  };
  show();
  return {
    pane,
    toggle,
    begin: () => state().open && want(true),
    told: (facets) => state().open && pane.update(facets),
    count: pane.count,
  };
}
