import { reasonOf } from "../errors.ts";
import type { FacetsTold, LogTarget, SearchRequest } from "../protocol/log-view.ts";
import { isSuperseded } from "../protocol/superseded.ts";

/** The last minutes are others by now after so large a part of them, and no sooner than after so many ms. */
const PART = 60;
const OFTEN = 15_000;

/** What is counted of the values of lines, for one page: a count goes on until others are wanted, or it fails. */
export interface Counting {
  /** What was told last; until the next is told, also of lines that are wanted no more. */
  readonly facets: FacetsTold | undefined;
  /** Why these lines are not counted. */
  readonly failure: string | undefined;
  /** Lines of which time and source are wanted: they are counted where they are not yet. */
  want(target: LogTarget): void;
  /** Counts the same once more. */
  again(): void;
  told(facets: FacetsTold): void;
  failed(reason: string): void;
  /** What was told of the lines that are wanted, and when these were asked for (ms since the epoch). */
  readonly current: { readonly facets: FacetsTold; readonly askedAt: number } | undefined;
  /** Resolves when the lines that are wanted are counted, or can't be. */
  counted(): Promise<void>;
}

interface Parts {
  readonly search: (request: SearchRequest) => Promise<void>;
  readonly changed: () => void;
  /** In ms since the epoch. */
  readonly now?: () => number;
}

export function createCounting({ search, changed, now = Date.now }: Parts): Counting {
  let [number, asked, askedAt] = [0, "", 0];
  let wanted: LogTarget | undefined;
  let facets: FacetsTold | undefined;
  let failure: string | undefined;
  let waiting: (() => void)[] = [];

  const settle = (): void => {
    if (failure === undefined && !(facets?.search === number && facets.done)) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  const failed = (reason: string): void => {
    failure = reason;
    // They are of other lines.
    if (facets?.search !== number) facets = undefined;
    changed();
    settle();
  };
  const count = ({ range, source }: LogTarget): void => {
    const own = ++number;
    askedAt = now();
    search({
      search: own,
      query: "",
      points: 1,
      ...(range?.kind === "between" && { since: range.since, until: range.until }),
      ...(range?.kind === "last" && { since: askedAt - range.seconds * 1000 }),
      ...(source !== undefined && { sources: [source] }),
    }).catch((error) => {
      if (own === number && !isSuperseded(error)) failed(reasonOf(error));
    });
  };

  return {
    get facets() {
      return facets;
    },
    get failure() {
      return failure;
    },
    want(target) {
      wanted = target;
      const { range, source } = target;
      const next = JSON.stringify([range, source]);
      const old = range?.kind === "last" && now() - askedAt > Math.max(OFTEN, (range.seconds * 1000) / PART);
      if (next === asked && !old) return;
      // What is counted by itself once more may fail once more.
      if (next !== asked) failure = undefined;
      asked = next;
      count(target);
    },
    again() {
      if (!wanted) return;
      failure = undefined;
      count(wanted);
      changed();
    },
    told(next) {
      if (next.search !== number) return;
      facets = next;
      failure = undefined;
      changed();
      settle();
    },
    failed,
    get current() {
      return facets?.search === number && failure === undefined ? { facets, askedAt } : undefined;
    },
    counted: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        settle();
      }),
  };
}
