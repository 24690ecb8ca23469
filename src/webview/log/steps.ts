import type { Key, LogTarget } from "../../protocol/log-view.ts";
import { remember } from "../../protocol/past.ts";
import { EVERYTHING, type Filter, type LogState, ledBy, type Range, targetFilter } from "./state.ts";

/** So many ranges that were zoomed into are gone back through, one by one. */
export const MOST_ZOOMS = 50;

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * A search that leads on from the one that is shown. Of the full log it makes a search of its own: nothing leads
 * back any more, and what was searched for before is in the history.
 * @param asked the query was finished, not just typed so far
 * @param more ranges to go back through by zooming out; absent: those so far, if the range stays. Where is searched
 *   from now on; absent: where was so far
 */
export function stepTo(
  state: LogState,
  filter: Filter,
  asked: boolean,
  more: Partial<Pick<LogState, "zoomed" | "index">> = {},
): Partial<LogState> {
  const { index } = "index" in more ? more : state;
  const ranged = same(filter.range, state.filter.range);
  const { zoomed = ranged ? state.zoomed : [] } = more;
  const left = same([filter, index], [state.filter, state.index]) ? undefined : state.back;
  const known = left
    ? remember(state.history, { query: left.filter.query, index: state.index })
    : state.history;
  // What takes the place of a query may not have been meant to, as Escape in the box.
  const replaced = asked && filter.query !== state.filter.query;
  const before = replaced ? remember(known, { query: state.filter.query, index: state.index }) : known;
  return {
    filter,
    index,
    zoomed,
    history: asked ? remember(before, { query: filter.query, index }) : before,
    ...(left && { back: undefined }),
    ...(!ranged && { counted: undefined }),
    // A line of one place is none of another.
    ...(index !== state.index && { chosen: undefined }),
  };
}

/**
 * A span of time is looked at closer (ms since the epoch), or, without one, the range before it again.
 * Undefined: there is nothing to zoom out of.
 */
export function zoom(
  { filter, zoomed }: LogState,
  span: Omit<Extract<Range, { kind: "between" }>, "kind"> | undefined,
): Pick<LogState, "filter" | "zoomed"> | undefined {
  if (span) {
    const range: Range = { kind: "between", ...span };
    return { filter: { ...filter, range }, zoomed: [...zoomed, filter.range].slice(-MOST_ZOOMS) };
  }
  const before = zoomed.at(-1);
  if (before) return { filter: { ...filter, range: before }, zoomed: zoomed.slice(0, -1) };
  return filter.range.kind === "between"
    ? { filter: { ...filter, range: EVERYTHING.range }, zoomed }
    : undefined;
}

/** Whether the full log is shown. */
export const inFull = ({ back }: Pick<LogState, "back">): boolean => back !== undefined && "key" in back;

/**
 * The full log around a record; undefined: it is shown already.
 * @param accepted the query that is in force, which is another one than the state's where that is wrong
 */
export function fullLog(state: LogState, key: Key, accepted: string): Partial<LogState> | undefined {
  if (inFull(state)) return undefined;
  const { filter, zoomed, back: before } = state;
  return { filter: EVERYTHING, zoomed: [], back: { filter, zoomed, key, accepted, before } };
}

/** What the view is wanted for instead; what was searched for is in the history. */
export function openedFor(
  { history, filter, index, chosen }: LogState,
  target: LogTarget,
): Partial<LogState> {
  return {
    filter: targetFilter(target),
    accepted: "",
    index: target.index,
    chosen: target.index === index ? chosen : undefined,
    // What it is opened for may have come since.
    paused: undefined,
    history: remember(history, { query: filter.query, index }),
    counted: undefined,
    zoomed: [],
    back: undefined,
    led: ledBy(target),
  };
}

/** From the full log to the search before, or from where the dashboard has taken the view to where it was. */
export function wayBack({ back }: LogState): Partial<LogState> {
  if (!back) return {};
  const { filter, zoomed, before } = back;
  if ("key" in back) return { filter, zoomed, back: before, accepted: back.accepted };
  const { kept, paused, counted } = back;
  return { filter, zoomed, back: before, kept, paused, counted };
}
