import { setTimeout as delay } from "node:timers/promises";
import { Fatal, RetryLater, reasonOf } from "../errors.ts";
import { backoff } from "../lib/backoff.ts";
import type { Log } from "../lib/log.ts";
import type { SinkFigures, SinkState } from "../model.ts";

/** Nothing will change by itself after a Fatal, but someone may mend the server: try this seldom (ms). */
const FATAL_WAIT = 15_000;

/** How a sink fares: its state, its last error, and the waits between its tries. */
export interface Health {
  readonly state: SinkState;
  /** When it last began to fail; undefined while it works. */
  readonly failingSince: number | undefined;
  /** Tells the failure and waits before the next try: until a nudge or a stop at the latest. */
  pause(error: unknown): Promise<void>;
  succeeded(): void;
  /** A fault that holds nothing up. */
  note(reason: string): void;
  nudge(): void;
  figures(): Pick<SinkFigures, "retries" | "lastError" | "lastErrorAt">;
}

/** @param failed called at each failure, before the wait */
export function createHealth(id: string, log: Log, stop: AbortSignal, failed: () => void): Health {
  const retry = backoff();
  let nudged = new AbortController();
  let state: SinkState = "starting";
  let retries = 0;
  let failingSince: number | undefined;
  let lastError: string | undefined;
  let lastErrorAt: number | undefined;

  const note = (reason: string): void => {
    lastError = reason;
    lastErrorAt = Date.now();
  };

  return {
    get state() {
      return stop.aborted ? "stopped" : state;
    },
    get failingSince() {
      return failingSince;
    },
    async pause(error) {
      const reason = reasonOf(error);
      if (lastError !== reason || state === "running") log.warn(`sink ${id}: ${reason}`);
      note(reason);
      failingSince ??= Date.now();
      state = error instanceof Fatal ? "failed" : "retrying";
      retries++;
      failed();
      const wait =
        error instanceof Fatal
          ? FATAL_WAIT
          : retry.next(error instanceof RetryLater ? (error.afterMs ?? 0) : 0);
      await delay(wait, undefined, { signal: AbortSignal.any([stop, nudged.signal]) }).catch(() => {});
    },
    succeeded() {
      if (state === "retrying" || state === "failed") log.info(`sink ${id}: works again`);
      state = "running";
      failingSince = undefined;
      retry.reset();
    },
    note,
    nudge() {
      nudged.abort();
      nudged = new AbortController();
    },
    figures: () => ({
      retries,
      ...(lastError !== undefined && { lastError }),
      ...(lastErrorAt !== undefined && { lastErrorAt }),
    }),
  };
}
