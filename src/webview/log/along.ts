import type { LogTarget } from "../../protocol/log-view.ts";
import { type Back, type Filter, type LogState, ledBy, type Range } from "./state.ts";
import { inFull, MOST_ZOOMS, same } from "./steps.ts";

/** So many places that the dashboard has taken a view from are gone back to, one by one. */
const MOST_BACK = 10;

/**
 * Where the dashboard takes a view that it opened: to the time and source of its charts; query and levels stay.
 * Undefined: the view stays where it is. One that has another range by now, is paused or shows the full log is its
 * reader's own: only a span that was selected takes it along, and then there is a way back.
 * @param kept what stays where it is in the list; undefined: the newest are followed
 * @param now in ms since the epoch
 */
export function takenAlong(
  state: LogState,
  target: LogTarget,
  kept: LogState["kept"],
  now: number,
): Partial<LogState> | undefined {
  const { filter, zoomed, back, led, paused, counted } = state;
  const next = ledBy(target);
  if (!led || !next) return undefined;
  const selected = target.charts?.along === "selected";
  const own = inFull(state) || paused !== undefined || !same(filter.range, led.range);
  if (own && !selected) return undefined;
  const from = back && inFull(state) ? back : { filter, zoomed };
  const { cleared, ...rest } = from.filter;
  const taken: Filter = {
    ...rest,
    range: next.range,
    ...(next.source !== led.source && { sources: next.source === undefined ? undefined : [next.source] }),
    // What was cleared from the view may be what was selected.
    ...(!selected && cleared !== undefined && { cleared }),
  };
  if (same(taken, filter) && paused === undefined) return { led: next };
  const lost = kept !== undefined && !covers(taken.range, kept.key[0], now);
  const uncleared = selected && filter.cleared !== undefined;
  const left: Back = { filter, zoomed, kept, paused, counted, before: back };
  return {
    filter: taken,
    led: next,
    zoomed: selected ? [...from.zoomed, from.filter.range].slice(-MOST_ZOOMS) : [],
    paused: undefined,
    ...(!same(taken.range, filter.range) && { counted: undefined }),
    back: own || lost || uncleared ? newest(left, MOST_BACK) : back,
  };
}

function covers(range: Range, time: number, now: number): boolean {
  if (range.kind === "between") return time >= range.since && time < range.until;
  return range.kind === "all" || time >= now - range.seconds * 1000;
}

function newest(back: Back | undefined, most: number): Back | undefined {
  return back && most > 0 ? { ...back, before: newest(back.before, most - 1) } : undefined;
}
