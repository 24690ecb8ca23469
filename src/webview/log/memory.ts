import { type Past, remember } from "../../protocol/past.ts";
import type { LogHost } from "./host.ts";
import type { LogState } from "./state.ts";

/** What the view remembers over a reload and while it is hidden. */
export interface Memory {
  state(): LogState;
  keep(changes: Partial<LogState>): void;
  /** What was asked in views before this one; what was asked here meanwhile comes after it. */
  recalled(known: readonly Past[]): void;
}

interface Parts {
  readonly host: Pick<LogHost, "state" | "save" | "channel">;
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
  };
}
