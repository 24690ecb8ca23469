import { RANGES } from "./ranges.ts";

/** The moments at the edges of all charts, seconds since the epoch; `until` is exclusive. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** Nothing is finer than the figures, which are by the second; a span of fewer would have nothing to draw. */
const LEAST = 5;
/** The history reaches back so far, in seconds. */
const LONGEST = 30 * 86_400;
/** How much wider the window gets by one step out. */
const OUT = 3;

/** A span that was drawn with the pointer, as whole seconds within what there can be; undefined for none. */
export function spanOf(one: number, other: number, now: number): Span | undefined {
  if (!Number.isFinite(one) || !Number.isFinite(other)) return undefined;
  const until = Math.min(Math.ceil(Math.max(one, other)), Math.floor(now));
  const from = Math.max(Math.floor(Math.min(one, other)), until - LONGEST, 0);
  if (until - from >= LEAST) return { from, until };
  const end = Math.min(Math.ceil((from + until + LEAST) / 2), Math.floor(now));
  return until <= from ? undefined : { from: end - LEAST, until: end };
}

/** Why a span that is written is not shown. */
export type SpanFault = "future" | "long";

/** @param now in seconds since the epoch */
export function faultOf({ from, until }: Span, now: number): SpanFault | undefined {
  if (from > now || until > now) return "future";
  return until - from > LONGEST ? "long" : undefined;
}

/** A window three times as wide around the same middle; the seconds before now where it would reach beyond. */
export function widened(
  { from, until }: Span,
  now: number,
): { readonly between: Span } | { readonly range: number } {
  const wide = Math.min((until - from) * OUT, LONGEST);
  const end = (from + until + wide) / 2;
  if (end < now) return { between: { from: Math.floor(end - wide), until: Math.floor(end) } };
  return { range: RANGES.find((range) => range >= wide) ?? RANGES[RANGES.length - 1] ?? wide };
}
