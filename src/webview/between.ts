import { createEdges } from "./edges.ts";
import type { Bounds } from "./edges-draft.ts";
import type { L10n } from "./l10n.ts";
import { faultOf, type Span } from "./span.ts";

/** The edges of a span of the past, to be read and to be written. */
export interface Between {
  readonly element: HTMLElement;
  /** Undefined: what is shown ends now. */
  update(span: Span | undefined): void;
}

export function createBetween(t: L10n["t"], choose: (span: Span) => void): Between {
  const { element, update } = createEdges({
    t,
    show: localTime,
    read(text) {
      const ms = Date.parse(text);
      return Number.isNaN(ms) ? undefined : ms;
    },
    refuse: (bounds) => faultOf(inSeconds(bounds), Date.now() / 1000),
    choose: (bounds) => choose(inSeconds(bounds)),
  });
  return {
    element,
    update: (span) => update(span && { since: span.from * 1000, until: span.until * 1000 }),
  };
}

function inSeconds({ since, until }: Bounds): Span {
  return { from: since / 1000, until: until / 1000 };
}

/** A moment (ms since the epoch) as the input has it: in the machine's zone, without one. */
function localTime(ms: number): string {
  const shift = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - shift).toISOString().slice(0, 19);
}
