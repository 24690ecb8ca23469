import type { Reading } from "./reading.ts";
import type { Searching } from "./searching.ts";
import { countedFrom, type LogState, outdated, standingSince } from "./state.ts";

interface Parts {
  readonly state: () => LogState;
  readonly keep: (changes: Pick<LogState, "counted">) => void;
  readonly reading: () => Pick<Reading, "following">;
  readonly searching: () => Pick<Searching, "at" | "paused" | "search">;
  readonly draw: () => void;
}

/**
 * "The last minutes" move on while the newest lines are followed. One who reads is left where he is, and the first
 * line is left the first: also over other queries, and when the view was hidden.
 */
export interface LastMinutes {
  /** What they are counted back from (ms since the epoch). */
  moment(): number;
  /** The same for a search that begins now. */
  begin(now: number): number;
  /** Since when lines are shown, where the last minutes are others by now (ms since the epoch). */
  since(): number | undefined;
  /** Searches anew where they have moved, else draws. */
  moveOn(): void;
}

export function createLastMinutes({ state, keep, reading, searching, draw }: Parts): LastMinutes {
  const stands = (): boolean =>
    !reading().following || state().kept !== undefined || searching().paused !== undefined;
  return {
    moment: () => countedFrom(state(), Date.now(), stands()),
    begin(now) {
      const { range } = state().filter;
      const at = countedFrom(state(), now, stands());
      if (range.kind === "last") keep({ counted: { seconds: range.seconds, at } });
      return at;
    },
    since: () => standingSince(state(), Date.now(), stands()),
    moveOn() {
      const { filter, counted } = state();
      const { at, search } = searching();
      if (!stands() && outdated(filter.range, counted?.at ?? at, Date.now())) search();
      else draw();
    },
  };
}
