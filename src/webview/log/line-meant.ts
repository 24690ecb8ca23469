import type { Row } from "../../protocol/log-view.ts";
import type { LogFeed } from "./feed.ts";

/** What a list tells of where its reader is. */
interface Reader {
  readonly choice: Row | undefined;
  /** Undefined while the newest are followed. */
  top(): { readonly place: number } | undefined;
}

/** So many lines may be on their way at the end: what a fast log brings in two seconds. */
const COMING = 100_000;

/**
 * The line that a time is written from: the one that is chosen, else the first in sight, else, where the newest are
 * followed, the last that has come.
 */
export function lineMeant({ choice, top }: Reader, feed: Pick<LogFeed, "count" | "row">): Row | undefined {
  if (choice) return choice;
  const first = top();
  if (first) return feed.row(first.place);
  for (let place = feed.count - 1; place >= Math.max(0, feed.count - COMING); place--) {
    const row = feed.row(place);
    if (row) return row;
  }
  return undefined;
}
