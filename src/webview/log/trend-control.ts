import type { LogState } from "./state.ts";

interface Parts {
  readonly state: () => Pick<LogState, "trend" | "index">;
  readonly keep: (trend: string | undefined) => void;
  /** Asks for the numbers of a field, or wants no more. */
  readonly ask: (field: string | undefined) => void;
}

/** Which field's numbers are shown over time. Those of an index are not. */
export interface TrendControl {
  /** The one that is shown; null: none can be. */
  shown(): string | undefined | null;
  /** Shows a field, or no longer when it is shown. */
  toggle(field: string): void;
  close(): void;
  /** A search was begun. */
  begin(): void;
}

export function createTrendControl({ state, keep, ask }: Parts): TrendControl {
  const show = (field: string | undefined): void => {
    keep(field);
    ask(field);
  };
  return {
    shown: () => (state().index === undefined ? state().trend : null),
    toggle: (field) => show(state().trend === field ? undefined : field),
    close: () => show(undefined),
    begin() {
      const { index, trend } = state();
      if (index === undefined && trend !== undefined) ask(trend);
    },
  };
}
