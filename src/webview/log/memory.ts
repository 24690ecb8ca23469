import type { Channel } from "../../protocol/channel.ts";
import type { LogCalls } from "../../protocol/log-view.ts";
import { type Past, remember } from "../../protocol/past.ts";
import { createTabled, type Tabled } from "../tabled.ts";
import type { Unfolding } from "./folds.ts";
import type { LogState } from "./state.ts";

/** Which tab of the details (from 0) was looked at before the view was hidden, and which is by now. */
export interface Turning {
  readonly tab: number;
  readonly turned: (tab: number) => void;
}

/** What the view remembers over a reload and while it is hidden. */
export interface Memory {
  state(): LogState;
  keep(changes: Partial<LogState>): void;
  /** What was asked in views before this one; what was asked here meanwhile comes after it. */
  recalled(known: readonly Past[]): void;
  /** Queries that were asked where is searched now, the newest last. */
  queries(): readonly string[];
  readonly turning: Turning;
  readonly unfolding: Unfolding;
  readonly tables: Tabled;
}

interface Parts {
  readonly host: {
    readonly state: LogState;
    save(state: LogState): void;
    readonly channel: Pick<Channel<LogCalls, Record<never, never>>, "call">;
  };
  readonly fail: (error: unknown) => void;
}

export function createMemory({ host, fail }: Parts): Memory {
  let { state } = host;
  const save = (changes: Partial<LogState>): void => {
    state = { ...state, ...changes };
    host.save(state);
  };
  return {
    state: () => state,
    keep(changes) {
      const asked = changes.history === state.history ? undefined : changes.history?.at(-1);
      save(changes);
      // Other views are to know of it, also those to come.
      if (asked) host.channel.call("asked", asked).catch(fail);
    },
    recalled: (known) => save({ history: state.history.reduce(remember, known) }),
    queries: () => state.history.filter(({ index }) => index === state.index).map(({ query }) => query),
    turning: { tab: state.tab, turned: (tab) => save({ tab }) },
    unfolding: { before: state.unfolded, keep: (unfolded) => save({ unfolded }) },
    tables: createTabled({ kept: () => state.tables, keep: (tables) => save({ tables }) }),
  };
}
