import type { Key, Progress } from "../../protocol/log-view.ts";
import { createAlone } from "./alone.ts";
import type { LogFeed } from "./feed.ts";
import type { Kept } from "./place.ts";

/** So many rows a reader goes on and is still where what was at the top then is brought back to. */
const NEAR = 100;

/** What is wanted of a list: see List. */
interface Seen {
  top(): { readonly key: Key; readonly place: number } | undefined;
  kept(): Kept | undefined;
  put(place: number, y: number): void;
  shift(places: number): void;
  show(place: number, key: Key): void;
  draw(): void;
}

interface Parts {
  readonly feed: LogFeed;
  readonly list: () => Seen;
  readonly changed: () => void;
  readonly fail: (error: unknown) => void;
}

/** Where the reader is: at the newest lines, or at others that stay where they are whatever comes. */
export interface Reading {
  readonly following: boolean;
  /** Lines after the one that was the last when following stopped. */
  readonly fresh: number;
  /** What stays where it is; undefined while the newest are followed. */
  kept(): Kept | undefined;
  /** The reader scrolled, or chose a row. */
  moved(atEnd: boolean): void;
  /**
   * This record is to be brought into sight as soon as its place is known: to a height of the list, or else to its
   * middle, where it is chosen.
   */
  seek(key: Key, y?: number): void;
  /**
   * A search has begun. What stays where it is, or its neighbours, is what the reader is at now.
   * @param kept what that was when it was asked for, if it is not to be told now
   */
  begin(search: number, kept: Kept | undefined): void;
  progress(next: Progress): void;
  /** Shows rows that have come. */
  draw(): void;
}

export function createReading({ feed, list, changed, fail }: Parts, start: Kept | undefined): Reading {
  let following = true;
  let fresh = 0;
  let latest: Progress | undefined;
  /** It is also chosen where no height is told. */
  let seeking: { readonly key: Key; readonly y?: number } | undefined = start;
  /** What was at the top when others came before it, and where it was: it is elsewhere now. */
  let held: { readonly key: Key; readonly place: number } | undefined;
  /** The last record when following stopped, and the place after it, if that is known. */
  let last: Key | undefined;
  let until: number | undefined;
  /** So many records there were when it was; and so many of them stand after it, as they are dated ahead of then. */
  let total = 0;
  let ahead: number | undefined;
  /** The same of the view that was hidden: its search is the first to begin. */
  let before = start?.last && { last: start.last, ahead: start.ahead ?? 0 };

  const settling = createAlone(
    async () => {
      const [sought, from] = [seeking, held];
      const key = sought?.key ?? from?.key;
      if (!key) return true;
      const place = await feed.locate(key);
      if (place === undefined || seeking !== sought || held !== from) return false;
      held = undefined;
      if (sought) {
        following = false;
        if (sought.y === undefined) list().show(place, sought.key);
        else list().put(place, sought.y);
        if (latest?.done) seeking = undefined;
        counting.run();
        changed();
      } else if (from) list().shift(place - from.place);
      return true;
    },
    fail,
    () => list().draw(),
  );

  const count = (): void => {
    fresh = Math.max(0, feed.count - (until ?? 0) - (ahead ?? 0));
  };

  const counting = createAlone(async () => {
    if (!last) {
      // Before a search has ended, what is found would be counted as new.
      if (following || seeking || !latest?.done) return true;
      const found = await feed.last();
      if (following || !found) return following;
      if (!last) [last, total] = [found, feed.count];
    }
    // What comes stands before what is dated ahead of it: it is counted from the last that is not.
    if (ahead === undefined && last[0] > Date.now()) {
      const now: Key = [Date.now(), 0, 0, 0];
      const from = last;
      const place = await feed.locate(now);
      if (place === undefined || last !== from) return false;
      last = feed.row(place - 1)?.key ?? now;
      ahead = Math.max(0, total - place);
    }
    ahead ??= 0;
    const of = last;
    const place = await feed.behind(of);
    if (place === undefined || last !== of) return false;
    until = place;
    count();
    changed();
    return true;
  }, fail);

  const kept = (): Kept | undefined => {
    const at = seeking ?? held;
    const kept = at ? { key: at.key, y: seeking?.y ?? 0 } : list().kept();
    const newest = last ? { last, ...(ahead && { ahead }) } : before;
    return kept && { ...kept, ...newest };
  };

  return {
    kept,
    get following() {
      return following;
    },
    get fresh() {
      return following ? 0 : fresh;
    },
    moved(atEnd) {
      seeking = undefined;
      const stopped = following && !atEnd;
      following = atEnd;
      if (atEnd) held = last = until = ahead = undefined;
      if (stopped) {
        [fresh, total, ahead] = [0, feed.count, undefined];
        last = feed.row(feed.count - 1)?.key;
        counting.run();
      }
      if (!held) return;
      const top = list().top();
      if (top && Math.abs(top.place - held.place) <= NEAR) return;
      held = top;
      settling.run();
    },
    seek(key, y) {
      seeking = { key, ...(y !== undefined && { y }) };
    },
    begin(search, then) {
      if (!following) seeking ??= kept() ?? then;
      held = until = undefined;
      ({ last, ahead } = before ?? { last: undefined, ahead: undefined });
      before = undefined;
      fresh = 0;
      feed.begin(search);
    },
    progress(next) {
      const { changedFrom } = next;
      const top = held ?? (following ? undefined : list().top());
      latest = next;
      feed.progress(next);
      if (!seeking && top && changedFrom !== null && changedFrom <= top.place) held = top;
      if (seeking || held) settling.run();
      else list().draw();
      if (following) return;
      if (until === undefined || (changedFrom !== null && changedFrom < until)) {
        until = undefined;
        counting.run();
      } else count();
    },
    draw() {
      // Those of the new places are not shown where the old ones are.
      if (!held || !settling.busy) list().draw();
    },
  };
}
