import type { SpanFault } from "./span.ts";

/** From one moment up to another, in ms since the epoch. */
export interface Bounds {
  readonly since: number;
  readonly until: number;
}

export type Side = keyof Bounds;

/** Why what is written is no span of time yet, or none that there can be. */
export type Fault = "time" | "order" | SpanFault;

/** What is written of the bounds of a span, which stays until it is one: none is thrown away for the other. */
export interface EdgesDraft {
  /** These bounds are in force; others than before take the place of what is written. */
  told(bounds: Bounds): void;
  text(side: Side): string;
  /** Whether a text is written that is not in force. */
  written(side: Side): boolean;
  write(side: Side, text: string): void;
  /** The span that is written; a bound that was not touched is exactly the one in force. */
  take(): Bounds | Fault;
}

/**
 * @param show has no more of a moment (ms since the epoch) than the inputs have
 * @param read undefined: it is none
 * @param refuse why a span is none that there can be
 */
export function createEdgesDraft(
  show: (ms: number) => string,
  read: (text: string) => number | undefined,
  refuse: (bounds: Bounds) => SpanFault | undefined = () => undefined,
): EdgesDraft {
  let now: Bounds = { since: 0, until: 0 };
  let texts: { readonly [S in Side]?: string } = {};
  const bound = (side: Side): number | undefined => {
    const text = texts[side];
    if (text === undefined) return now[side];
    // Inputs leave out seconds that are 0.
    const written = read(text);
    return written === read(show(now[side])) ? now[side] : written;
  };
  return {
    told(bounds) {
      if (bounds.since !== now.since || bounds.until !== now.until) texts = {};
      now = { since: bounds.since, until: bounds.until };
    },
    text: (side) => texts[side] ?? show(now[side]),
    written: (side) => texts[side] !== undefined,
    write(side, text) {
      texts = { ...texts, [side]: text };
    },
    take() {
      const [since, until] = [bound("since"), bound("until")];
      if (since === undefined || until === undefined) return "time";
      const refused = refuse({ since, until });
      if (refused !== undefined) return refused;
      if (since >= until) return "order";
      now = { since, until };
      texts = {};
      return now;
    },
  };
}
