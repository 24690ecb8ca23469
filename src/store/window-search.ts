import { byTime, type Came } from "../lib/instant.ts";
import type { Level } from "../model.ts";

export interface WindowSearch extends Came {
  /** See compileQuery. */
  readonly query: string;
  /** Of times in the query that tell none. See parseQuery. */
  readonly zone?: string | undefined;
  /** Milliseconds since the epoch; `until` is exclusive. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Ids of sources; all when absent. */
  readonly sources?: readonly string[] | undefined;
  /** All when absent; `none` are records without a level. */
  readonly levels?: readonly (Level | "none")[] | undefined;
}

export interface WindowFigures {
  /** How many match of what was looked at. */
  readonly count: number;
  /**
   * Records that were looked at, and all there are within range and sources; of parts that the range cuts, which
   * have yet to be looked at, all.
   */
  readonly scanned: number;
  readonly total: number;
  /** Nothing is left to look at. */
  readonly done: boolean;
  /** What matches but for its level, by LEVELS and then without any. */
  readonly levels: readonly number[];
  /** All sources of the store, by name. */
  readonly sources: readonly string[];
  /** Records that can't be read, and are left out. */
  readonly damaged: number;
  /** Records of any log that the store dropped so far. */
  readonly removed: number;
  /** So many of them for their age, and not to make room. */
  readonly aged: number;
  /** Time of the first record that the store has, whatever is searched for, in ms since the epoch. */
  readonly oldest?: number;
}

/** The times (ms since the epoch; `until` is exclusive) that bound a search. */
export function timesOf({ after, upTo, ...search }: WindowSearch): { since: number; until: number } {
  // What tells when it came is not bounded by the time that its records tell: clocks go wrong.
  const told = byTime({ ...search, ...(!after?.mark && { after }), ...(!upTo?.mark && { upTo }) });
  return { since: told.since ?? Number.NEGATIVE_INFINITY, until: told.until ?? Number.POSITIVE_INFINITY };
}
