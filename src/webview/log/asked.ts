import type { Instant } from "../../lib/instant.ts";
import type { SearchRequest } from "../../protocol/log-view.ts";
import { type LogState, narrowing } from "./state.ts";

/** Steps of the histogram. */
const POINTS = 160;

/**
 * What a view searches for.
 * @param at what "the last minutes" are counted back from, in ms since the epoch
 * @param paused when the view was
 */
export function askedFor(
  { filter, display, index }: Pick<LogState, "filter" | "display" | "index">,
  at: number,
  paused: Instant | undefined,
): Omit<SearchRequest, "search"> {
  return {
    ...narrowing(filter, at, paused),
    // The one that is shown, which need not be that of the machine where the lines are.
    zone: display.zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    points: POINTS,
    ...(index !== undefined && { index }),
  };
}

/** Whether it may find other lines where another time zone is shown. */
export const tellsTimes = ({ query }: Pick<SearchRequest, "query">): boolean => /\btime"?:/.test(query);
