import type { LogFeed } from "./feed.ts";

/** So long (ms) what is shown is not moved on while what has come is on its way: it may never arrive. */
const PATIENCE = 3_000;

/**
 * How many rows are shown while the newest are followed: those that have come are told of before they are there, and
 * signs in their place would flicker, on a busy machine over the whole view.
 */
export interface Arrived {
  /** @param sight the places that are in sight at the end of so many rows */
  count(sight: (count: number) => readonly [from: number, until: number]): number;
}

export function createArrived(feed: Pick<LogFeed, "count" | "row">, now = () => performance.now()): Arrived {
  let shown: number | undefined;
  let since: number | undefined;
  const isThere = ([from, until]: readonly [number, number]): boolean => {
    for (let place = Math.max(0, from); place < until; place++) if (!feed.row(place)) return false;
    return true;
  };

  return {
    count(sight) {
      const { count } = feed;
      const before = shown ?? 0;
      let last = count;
      while (last > before && !feed.row(last - 1)) last--;
      if (!isThere(sight(last))) last = before;
      since = last === count ? undefined : (since ?? now());
      const canWait = before > 0 && before <= count && isThere(sight(before));
      if (last === count || !canWait || now() - (since ?? 0) > PATIENCE) {
        shown = count;
        return count;
      }
      if (last > before) since = now();
      shown = last;
      return last;
    },
  };
}
