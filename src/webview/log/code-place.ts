import type { Details } from "../../protocol/log-view.ts";

/** Where in a message one clicked, as it is shown. */
export interface Clicked {
  /** In the text that is shown, in UTF-16 units. */
  readonly at: number;
  /** How the message, or a first part of it, is shown. */
  readonly shown: (text: string) => string;
  /** Its lines stand one below the other. */
  readonly unfolded: boolean;
}

/**
 * The number of the place in code that one clicked, among all that a record names: the one below the mouse, else the
 * first of that line of a trace. Undefined where there is none.
 */
export function linkAt(
  { message, links }: Pick<Details, "message" | "links">,
  { at, shown, unfolded }: Clicked,
): number | undefined {
  const own = links.flatMap((link, number) => (link.in === "message" ? [{ ...link, number }] : []));
  const placeOf = (offset: number): number => shown(message.slice(0, offset)).length;
  const below = own[count(own, ({ from }) => placeOf(from) <= at) - 1];
  if (below && at <= placeOf(below.to)) return below.number;
  if (!unfolded) return undefined;
  const text = shown(message);
  const begin = text.lastIndexOf("\n", at - 1) + 1;
  const end = text.indexOf("\n", at);
  const of = own[count(own, ({ from }) => placeOf(from) < begin)];
  return of && (end < 0 || placeOf(of.from) < end) ? of.number : undefined;
}

/** How many of a row's first fit; those after the first that does not fit do not fit either. */
function count<T>(all: readonly T[], fits: (one: T) => boolean): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = all[middle];
    if (one !== undefined && fits(one)) low = middle + 1;
    else high = middle;
  }
  return low;
}
