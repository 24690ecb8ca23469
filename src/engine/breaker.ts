import { Fatal, RetryLater } from "../errors.ts";
import { backoff } from "../lib/backoff.ts";

/** So many failures in a row open it; a Fatal does so at once. */
export const OPEN_AFTER = 5;
/** Nothing will change by itself after a Fatal, but someone may mend the server: try this seldom (ms). */
const FATAL_WAIT = 15_000;
/** A server that asks for more (ms) is asked again then. */
const LONGEST_WAIT = 86_400_000;

export type BreakerState = "closed" | "open" | "half-open";

/** Leave to write once; what became of it is told with it. */
export interface Pass {
  /** The one write that finds out whether the destination works again: it is to be small. */
  readonly probe: boolean;
  readonly era: number;
}

/** Clocks and the backoff, for tests. `now` never goes back (ms); `wall` is for people (ms since the epoch). */
export interface BreakerParts {
  readonly now?: () => number;
  readonly wall?: () => number;
  readonly retry?: { next(atLeast?: number): number; reset(): void };
}

/**
 * Keeps writes from a destination that fails:
 *
 *   closed ──5 failures in a row, or a Fatal──▶ open ──wait is over, or a reset──▶ half-open (one small write)
 *     ▲                                          ▲────────────it fails────────────────┘ │
 *     └───────────────────────────────it goes through, or is refused────────────────────┘
 */
export interface Breaker {
  readonly state: BreakerState;
  /** When it came into this state (ms since the epoch). */
  readonly since: number;
  /** Failures in a row; those of writes that were under way together count as one. */
  readonly failures: number;
  /** 0: a write may go. Else how long to wait (ms) and ask again; Infinity: until the probe has ended. */
  readonly wait: number;
  begin(): Pass;
  /** The destination answers. */
  succeeded(pass: Pass): void;
  failed(pass: Pass, error: unknown): void;
  /** Forgets a wait of our own; one that the server asked for stays. */
  hurry(): void;
  /** Forgets every wait: the next write is a probe, or any write as long as it is closed. */
  reset(): void;
}

export function createBreaker(parts: BreakerParts = {}): Breaker {
  const { now = () => performance.now(), wall = Date.now, retry = backoff() } = parts;
  let state: BreakerState = "closed";
  let since = wall();
  let failures = 0;
  let era = 0;
  let probing = false;
  /** Nothing is written before this, and not before the server wants it. */
  let notBefore = Number.NEGATIVE_INFINITY;
  let ordered = Number.NEGATIVE_INFINITY;

  const become = (next: BreakerState): void => {
    if (next !== state) since = wall();
    state = next;
  };

  return {
    get state() {
      return state;
    },
    get since() {
      return since;
    },
    get failures() {
      return failures;
    },
    get wait() {
      const left = Math.max(notBefore, ordered) - now();
      if (left > 0) return left;
      return probing ? Number.POSITIVE_INFINITY : 0;
    },
    begin() {
      if (state === "closed") return { probe: false, era };
      become("half-open");
      probing = true;
      return { probe: true, era };
    },
    succeeded(pass) {
      if (pass.probe) probing = false;
      failures = 0;
      era++;
      notBefore = Number.NEGATIVE_INFINITY;
      retry.reset();
      become("closed");
    },
    failed(pass, error) {
      if (pass.probe) probing = false;
      const asked = error instanceof RetryLater ? Math.min(error.afterMs ?? 0, LONGEST_WAIT) : 0;
      if (asked > 0) ordered = Math.max(ordered, now() + asked);
      // Writes under way at the same time fail together: that is one failure of the destination.
      if (pass.era === era) {
        era++;
        failures++;
        notBefore = now() + (error instanceof Fatal ? FATAL_WAIT : retry.next());
      }
      if (pass.probe || failures >= OPEN_AFTER || error instanceof Fatal) become("open");
    },
    hurry() {
      notBefore = Number.NEGATIVE_INFINITY;
    },
    reset() {
      notBefore = Number.NEGATIVE_INFINITY;
      ordered = Number.NEGATIVE_INFINITY;
      failures = 0;
      retry.reset();
      if (state === "open") become("half-open");
    },
  };
}
