import type { Key, LogTarget } from "../../protocol/log-view.ts";
import { takenAlong } from "./along.ts";
import type { Reading } from "./reading.ts";
import type { Searching } from "./searching.ts";
import type { Filter, LogState } from "./state.ts";
import { fullLog, openedFor, stepTo, wayBack, zoom } from "./steps.ts";

interface Parts {
  readonly state: () => LogState;
  readonly keep: (changes: Partial<LogState>) => void;
  readonly searching: Pick<Searching, "search" | "query" | "retry" | "stand">;
  readonly reading: Pick<Reading, "seek" | "kept">;
  readonly draw: () => void;
  readonly list: () => { choose(key: Key | undefined): void; focus(): void; toEnd(): void };
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
  /** Shows what the view was opened for, and where it was taken since. */
  begin(targets: readonly LogTarget[]): void;
  /** Shows what it is wanted for now. */
  show(target: LogTarget): void;
}

export function createWalk({ state, keep, searching, reading, draw, list }: Parts): Walk {
  const { stand } = searching;
  const search = (): void => searching.search();
  const { seek } = reading;
  const asks = (): string => JSON.stringify([state().filter, state().index]);
  const apply: Walk["apply"] = (filter, asked, more) => {
    const before = asks();
    keep(stepTo(state(), filter, asked, more));
    list().choose(state().chosen);
    if (asks() !== before || searching.retry) search();
    else draw();
  };
  /** Whether there is something else to be searched for. */
  const take = (target: LogTarget): boolean => {
    if (Object.keys(target).length === 0) return false;
    if (!target.charts?.along || !state().led) {
      keep(openedFor(state(), target));
      stand(undefined);
      return true;
    }
    const before = asks();
    const changes = takenAlong(state(), target, reading.kept(), Date.now());
    if (!changes) return false;
    const resumed = "paused" in changes && state().paused !== undefined;
    keep(changes);
    stand(state().paused);
    return resumed || asks() !== before || searching.retry;
  };
  return {
    asks,
    apply,
    zoom(span) {
      const next = zoom(state(), span);
      if (next) apply(next.filter, true, next);
    },
    inFullLog({ key }) {
      const full = fullLog(state(), key, searching.query);
      if (!full) return;
      keep(full);
      seek(key);
      search();
      list().focus();
    },
    back() {
      const { back } = state();
      if (!back) return;
      keep(wayBack(state()));
      stand(state().paused);
      if ("key" in back) seek(back.key);
      else if (back.kept) seek(back.kept.key, back.kept.y);
      else list().toEnd();
      searching.search("key" in back ? back.accepted : undefined);
      list().focus();
    },
    begin(targets) {
      for (const target of targets) take(target);
      list().choose(state().chosen);
      search();
    },
    show(target) {
      if (take(target)) {
        list().choose(state().chosen);
        search();
      } else draw();
    },
  };
}
