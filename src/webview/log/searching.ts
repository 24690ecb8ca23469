import { reasonOf } from "../../errors.ts";
import type { Channel } from "../../protocol/channel.ts";
import {
  type LogCalls,
  type Progress,
  type SearchAnswer,
  type SearchRequest,
  searchAnswer,
} from "../../protocol/log-view.ts";

type Problem = NonNullable<SearchAnswer["problem"]>;

interface Parts {
  readonly channel: Pick<Channel<LogCalls, Record<never, never>>, "call">;
  /** What is searched for at a moment (ms since the epoch). @param paused when the view was, so far */
  readonly request: (now: number, paused: number | undefined) => Omit<SearchRequest, "search">;
  /** The last moment that a view which is paused now shows, in ms since the epoch. */
  readonly latest: () => number;
  /** A search is asked for; what is returned is done when it has begun. */
  readonly asked: () => (search: number) => void;
  readonly changed: () => void;
  readonly fail: (error: unknown) => void;
}

/** The searches of a view: one is shown until the next has begun. */
export interface Searching {
  /** Number of the search whose rows are shown. */
  readonly begun: number;
  /** No other search was asked for since it began. */
  readonly settled: boolean;
  /** All is found that was asked for. */
  over(progress: Pick<Progress, "search" | "done">): boolean;
  /** When a search was asked for last, in ms since the epoch. */
  readonly at: number;
  /** What is wrong with the query, and why nothing can be searched. */
  readonly problem: Problem | undefined;
  readonly failure: string | undefined;
  /** The same may be searched for once more: the last time it did not succeed. */
  readonly retry: boolean;
  /** What comes after this moment (ms since the epoch) is not shown; undefined: it is. */
  readonly paused: number | undefined;
  /** Resolves when it is known whether the one that was asked for last has begun. */
  answered(): Promise<void>;
  search(): void;
  failed(problem: Problem): void;
  /** Something was told of the search: what it failed by is over. */
  recovered(): void;
  pause(): void;
  /** Is paused since a moment (ms since the epoch), or, without one, no longer; what is searched for next tells so. */
  stand(since: number | undefined): void;
}

/** @param start when the view was paused, before it was hidden */
export function createSearching(
  { channel, request, latest, asked, changed, fail }: Parts,
  start?: number | undefined,
): Searching {
  let [sent, begun, at, paused] = [0, 0, 0, start];
  /** What is searched for ends where the view was paused. */
  let bounded = false;
  let answer = Promise.resolve();
  let problem: Problem | undefined;
  let failure: string | undefined;

  const live = (): void => void channel.call("live", { live: paused === undefined }).catch(fail);
  const failed = ({ reason, column }: Problem): void => {
    if (column === undefined) failure = reason;
    else problem = { reason, column };
    changed();
  };

  const search = (): void => {
    const number = ++sent;
    at = Date.now();
    bounded = paused !== undefined;
    const begin = asked();
    answer = channel.call("search", { search: number, ...request(at, paused) }).then(
      (told) => {
        const found = searchAnswer.parse(told).problem;
        if (number === sent) problem = found;
        if (!found && number > begun) {
          begun = number;
          failure = undefined;
          begin(number);
          // The thread that searches now may be another one, which was not told.
          if (paused !== undefined) live();
        }
        changed();
      },
      (error) => {
        if (number === sent) failed({ reason: reasonOf(error) });
      },
    );
    changed();
  };

  return {
    get begun() {
      return begun;
    },
    get settled() {
      return sent === begun;
    },
    over: ({ search, done }) => done && search === begun && sent === begun,
    get at() {
      return at;
    },
    get problem() {
      return problem;
    },
    get failure() {
      return failure;
    },
    get retry() {
      return problem !== undefined || failure !== undefined;
    },
    get paused() {
      return paused;
    },
    answered: () => answer,
    search,
    failed,
    recovered() {
      failure = undefined;
    },
    pause() {
      paused = paused === undefined ? latest() : undefined;
      live();
      if (paused === undefined && bounded) search();
      else changed();
    },
    stand(since) {
      if (since === paused) return;
      paused = since;
      live();
    },
  };
}
