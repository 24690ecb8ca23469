import { setTimeout as delay } from "node:timers/promises";
import { Fatal, reasonOf } from "../errors.ts";
import { backoff } from "../lib/backoff.ts";
import type { Log } from "../lib/log.ts";
import type { SinkFigures, SinkState } from "../model.ts";
import { type BreakerParts, createBreaker, type Pass } from "./breaker.ts";

/** What timers hold (ms); a longer wait is begun anew. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** How a sink fares: its breaker, its last error, and the waits between its tries. */
export interface Health {
  readonly state: SinkState;
  /** When it last began to fail (`performance.now()`); undefined while it works. */
  readonly failingSince: number | undefined;
  /** Resolves when a write may go; undefined at a stop. What becomes of it must be told. */
  admit(): Promise<Pass | undefined>;
  /** The destination took the write, or refused it: it answers. */
  succeeded(pass: Pass): void;
  failed(pass: Pass, error: unknown): void;
  /** A fault on this side, of spool or folder: waits before the next try, until a nudge or a stop at the latest. */
  trouble(error: unknown): Promise<void>;
  /** The fault on this side is over. */
  mended(): void;
  /** A fault that holds nothing up. */
  note(reason: string): void;
  /** Ends waits, but one that the server asked for. */
  nudge(): void;
  /** Ends every wait, at the user's wish. */
  reset(): void;
  /** While it is set no write goes. */
  paused: boolean;
  figures(): Pick<SinkFigures, "retries" | "lastError" | "lastErrorAt" | "breaker">;
}

/** @param held called at each failure, before the wait */
export function createHealth(
  id: string,
  log: Log,
  stop: AbortSignal,
  held: () => void,
  parts: BreakerParts = {},
): Health {
  const breaker = createBreaker(parts);
  const own = backoff();
  let changed = new AbortController();
  let worked = false;
  let fatal = false;
  let ailing = false;
  let paused = false;
  let retries = 0;
  let failingSince: number | undefined;
  let lastError: string | undefined;
  let lastErrorAt: number | undefined;

  const stateNow = (): SinkState => {
    if (stop.aborted) return "stopped";
    if (paused) return "paused";
    if (fatal && breaker.state !== "closed") return "failed";
    if (ailing || breaker.failures > 0 || breaker.state !== "closed") return "retrying";
    return worked ? "running" : "starting";
  };
  const wake = (): void => {
    changed.abort();
    changed = new AbortController();
  };
  const sleep = (ms: number): Promise<void> =>
    delay(Math.min(ms, LONGEST_TIMER), undefined, { signal: AbortSignal.any([stop, changed.signal]) }).catch(
      () => {},
    );
  const note = (reason: string): void => {
    lastError = reason;
    lastErrorAt = Date.now();
  };
  const tell = (error: unknown): void => {
    const reason = reasonOf(error);
    if (lastError !== reason || stateNow() === "running") log.warn(`sink ${id}: ${reason}`);
    note(reason);
    failingSince ??= performance.now();
    retries++;
  };
  const over = (before: SinkState): void => {
    if (stateNow() !== "running") return;
    failingSince = undefined;
    if (before === "retrying" || before === "failed") log.info(`sink ${id}: works again`);
  };

  return {
    get state() {
      return stateNow();
    },
    get failingSince() {
      return failingSince;
    },
    async admit() {
      while (!stop.aborted) {
        const wait = paused ? LONGEST_TIMER : breaker.wait;
        if (wait <= 0) return breaker.begin();
        await sleep(wait);
      }
      return undefined;
    },
    succeeded(pass) {
      const before = stateNow();
      breaker.succeeded(pass);
      worked = true;
      fatal = false;
      over(before);
      if (before !== "running") wake();
    },
    failed(pass, error) {
      tell(error);
      fatal = error instanceof Fatal;
      const before = breaker.state;
      breaker.failed(pass, error);
      if (before === "closed" && breaker.state === "open") {
        const why = fatal ? "" : ` after ${breaker.failures} failures in a row`;
        log.info(
          `sink ${id}: the breaker is open${why}; next try in ${Math.ceil(breaker.wait / 1000)} s, or after Reset Sink (log-monitor reset --sink ${id})`,
        );
      }
      wake();
      held();
    },
    async trouble(error) {
      tell(error);
      ailing = true;
      held();
      await sleep(own.next());
    },
    mended() {
      if (!ailing) return;
      const before = stateNow();
      ailing = false;
      own.reset();
      over(before);
    },
    note,
    nudge() {
      breaker.hurry();
      wake();
    },
    reset() {
      breaker.reset();
      wake();
    },
    get paused() {
      return paused;
    },
    set paused(wanted) {
      paused = wanted;
      // Whoever resumes it wants it to be tried.
      breaker.hurry();
      wake();
    },
    figures() {
      const { state, since, failures, wait } = breaker;
      return {
        retries,
        breaker: {
          state,
          since,
          failures,
          ...(!paused && Number.isFinite(wait) && wait > 0 && { nextTryAt: Math.round(Date.now() + wait) }),
        },
        ...(lastError !== undefined && { lastError }),
        ...(lastErrorAt !== undefined && { lastErrorAt }),
      };
    },
  };
}
