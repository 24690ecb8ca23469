import { reasonOf } from "../../errors.ts";
import type { Instant, Mark } from "../../lib/instant.ts";
import type { Channel } from "../../protocol/channel.ts";
import {
  type Failure,
  type LogCalls,
  liveAnswer,
  type Progress,
  type SearchAnswer,
  type SearchRequest,
  searchAnswer,
} from "../../protocol/log-view.ts";
import { same } from "./steps.ts";

type Problem = NonNullable<SearchAnswer["problem"]>;

interface Parts {
  readonly channel: Pick<Channel<LogCalls, Record<never, never>>, "call">;
  /** What is searched for at a moment (ms since the epoch). @param paused when the view was, so far */
  readonly request: (now: number, paused: Instant | undefined) => Omit<SearchRequest, "search">;
  /** The last moment that is shown by now, in ms since the epoch. */
  readonly latest: () => number;
  /** It is paused now, or no longer. */
  readonly stands: (paused: Instant | undefined) => void;
  /** A search is asked for; what is returned is done when it has begun. */
  readonly asked: () => (search: number) => void;
  /** The last query that could be searched for. */
  readonly accepted: () => string;
  /** This one can be. */
  readonly accept: (query: string) => void;
  readonly changed: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * The searches of a view: one is shown until the next has begun. In place of a query that is wrong the last one is
 * searched for that was not, so that all else that narrows the lines is in force.
 */
export interface Searching {
  /** Number of the search whose rows are shown. */
  readonly begun: number;
  /** Its query. */
  readonly query: string;
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
  /** What comes after this instant is not shown; undefined: it is. */
  readonly paused: Instant | undefined;
  /** Up to where the store is shown; undefined: that is not known, as of an index. */
  mark(): Promise<Mark | undefined>;
  /** Resolves when it is known whether the one that was asked for last has begun. */
  answered(): Promise<void>;
  /** @param instead what is in force where the query is wrong; absent: what was so far */
  search(instead?: string): void;
  /** What is told of a search that another has replaced by now is passed over. */
  failed(failure: Failure): void;
  /** Something was told of the search: what it failed by is over. */
  recovered(): void;
  pause(): void;
  /** Is paused since an instant, or, without one, no longer; what is searched for next tells so. */
  stand(since: Instant | undefined): void;
}

type Asked = ReturnType<Parts["request"]>;

/** @param start when the view was paused, before it was hidden */
export function createSearching(
  { channel, request, latest, stands, asked, accepted, accept, changed, fail }: Parts,
  start?: Instant | undefined,
): Searching {
  let [sent, begun, at, paused] = [0, 0, 0, start];
  /** It is paused, and where the store stands is asked. */
  let marking: Promise<unknown> | undefined;
  /** What the search that is shown is for, whether anything was told of it, and what is tried if it is refused. */
  let shown: Asked | undefined;
  let told = false;
  let typed = "";
  let others: readonly string[] = [];
  /** What is searched for ends where the view was paused. */
  let bounded = false;
  let answer = Promise.resolve();
  let problem: Problem | undefined;
  let failure: string | undefined;
  /** What is told of a search before the answer that it has begun. */
  let early: Failure | undefined;

  const live = async (): Promise<Mark | undefined> => {
    const since = paused;
    try {
      const { mark } = liveAnswer.parse(await channel.call("live", { live: since === undefined }));
      // What was searched for since then ends there, and tells nothing of what came.
      if (since && since.at === paused?.at && !bounded && mark) {
        paused = { ...since, mark };
        stands(paused);
      }
      return mark;
    } catch (error) {
      fail(error);
      return undefined;
    }
  };
  const failed = ({ reason, column }: Problem): void => {
    if (column === undefined) failure = reason;
    // What was searched for in place of a wrong query has no mark in the box.
    else if (shown?.query === typed) problem = { reason, column };
    changed();
    // An index refuses a query once it has been asked.
    if (column !== undefined && shown && !told && sent === begun)
      answer = Promise.resolve(instead(shown, others, reason));
  };

  /** @param queries the first of them is searched for, and the next where it is refused */
  const attempt = (what: Asked, [query = "", ...next]: readonly string[]): Promise<void> => {
    const number = ++sent;
    const wanted = { ...what, query };
    const shows = asked();
    return channel.call("search", { search: number, ...wanted }).then(
      (answer) => {
        const refusal = searchAnswer.parse(answer).problem;
        if (number === sent && query === typed) problem = refusal;
        if (!refusal && number > begun) {
          begun = number;
          [shown, told, others, failure] = [wanted, false, next, undefined];
          shows(number);
          if (early?.search === number) failed(early);
          early = undefined;
          // The thread that searches now may be another one, which was not told.
          if (paused !== undefined) void live();
        }
        changed();
        return refusal && number === sent ? instead(what, next, refusal.reason) : undefined;
      },
      (error) => {
        if (number === sent) failed({ reason: reasonOf(error) });
      },
    );
  };
  const instead = (what: Asked, queries: readonly string[], reason: string): Promise<void> | undefined => {
    const [query] = queries;
    if (query === undefined) {
      failed({ reason });
      return undefined;
    }
    return same({ ...what, query }, shown) ? undefined : attempt(what, queries);
  };

  const begin = (inForce: string | undefined): Promise<void> => {
    at = Date.now();
    bounded = paused !== undefined;
    const what = request(at, paused);
    typed = what.query;
    const before = shown && !told ? shown.query : accepted();
    return attempt(what, [...new Set([typed, inForce ?? before, accepted(), ""])]);
  };

  const search = (inForce?: string): void => {
    answer = marking ? marking.then(() => begin(inForce)) : begin(inForce);
    changed();
  };

  return {
    get begun() {
      return begun;
    },
    get query() {
      return shown?.query ?? "";
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
    async mark() {
      await marking;
      return paused ? paused.mark : live();
    },
    answered: () => answer,
    search,
    failed(told) {
      const { search = begun } = told;
      if (search === begun) failed(told);
      else if (search > begun) early = told;
    },
    recovered() {
      failure = undefined;
      if (told || !shown) return;
      told = true;
      accept(shown.query);
    },
    pause() {
      paused = paused === undefined ? { at: latest() } : undefined;
      stands(paused);
      const told = live().finally(() => {
        if (marking === told) marking = undefined;
      });
      marking = paused && told;
      if (paused === undefined && bounded) search();
      else changed();
    },
    stand(since) {
      if (since === paused) return;
      paused = since;
      void live();
    },
  };
}
