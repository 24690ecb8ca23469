import type { Key, LogTarget } from "../../protocol/log-view.ts";
import type { Filter, LogState } from "./state.ts";
import { fullLog, openedFor, stepTo, wayBack, zoom } from "./steps.ts";

interface Parts {
  readonly state: () => LogState;
  readonly keep: (changes: Partial<LogState>) => void;
  readonly search: () => void;
  /** The last search for the same did not succeed. */
  readonly retry: () => boolean;
  readonly draw: () => void;
  /** A record is to be shown, and chosen. */
  readonly seek: (key: Key) => void;
  readonly list: () => { choose(key: Key | undefined): void; focus(): void };
}

/** Goes from what is searched for to something else, and back. */
export interface Walk {
  /** What is searched for, and where, to tell two apart. */
  asks(): string;
  /** @param asked the query was finished, not just typed so far */
  apply(filter: Filter, asked: boolean, more?: Parameters<typeof stepTo>[3]): void;
  zoom(span: Parameters<typeof zoom>[1]): void;
  /** The record among all lines of its time, with one key back. */
  inFullLog(row: { readonly key: Key }): void;
  back(): void;
  /** Shows what the view was opened for. */
  begin(target: LogTarget): void;
}

export function createWalk({ state, keep, search, retry, draw, seek, list }: Parts): Walk {
  const asks = (): string => JSON.stringify([state().filter, state().index]);
  const apply: Walk["apply"] = (filter, asked, more) => {
    const before = asks();
    keep(stepTo(state(), filter, asked, more));
    list().choose(state().chosen);
    if (asks() !== before || retry()) search();
    else draw();
  };
  const goTo = (key: Key, changes: Partial<LogState>): void => {
    keep(changes);
    seek(key);
    search();
    list().focus();
  };
  return {
    asks,
    apply,
    zoom(span) {
      const next = zoom(state(), span);
      if (next) apply(next.filter, true, next);
    },
    inFullLog({ key }) {
      const full = fullLog(state(), key);
      if (full) goTo(key, full);
    },
    back() {
      const { back } = state();
      if (back) goTo(back.key, wayBack(state()));
    },
    begin(target) {
      if (Object.keys(target).length > 0) keep(openedFor(state(), target));
      list().choose(state().chosen);
      search();
    },
  };
}
