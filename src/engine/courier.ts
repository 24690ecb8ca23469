import { Partly, Rejected, RetryLater } from "../errors.ts";
import type { LogRecord } from "../model.ts";
import type { Sink } from "../sinks/sink.ts";
import type { DeadLetters } from "./deadletters.ts";
import type { Health } from "./health.ts";
import { type Outcome, type Refusal, sift } from "./sift.ts";

/** What is risked to find out whether a destination works again. */
const PROBE_RECORDS = 100;

/** Brings records to a destination: waits when it must, tries again, and buries what is refused for good. */
export interface Courier {
  /**
   * Resolves with what the last write gave, when each record was taken or buried.
   * @param settled told after each write how many records were taken, and which were refused
   * @param again a replay asks for them: they are not the next ones in order
   * @throws when it is stopped before
   */
  bring(
    to: Sink,
    records: readonly LogRecord[],
    settled: (taken: number, refused: readonly Refusal[]) => void,
    again?: boolean,
  ): Promise<unknown>;
  /** Does what a full disk or a missing right may prevent, until it is done. @throws when it is stopped before */
  insist<T>(act: () => Promise<T>): Promise<T>;
}

export function createCourier(health: Health, deadLetters: DeadLetters, stop: AbortSignal): Courier {
  const attempt = async (to: Sink, records: readonly LogRecord[], again: boolean): Promise<Outcome> => {
    for (;;) {
      const pass = await health.admit();
      if (!pass) throw new Error("stopped");
      const some = pass.probe ? records.slice(0, PROBE_RECORDS) : records;
      const sent = some.length;
      try {
        const state = await to.write(some, again);
        health.succeeded(pass);
        return { sent, state };
      } catch (error) {
        if (error instanceof Rejected) {
          // It answers: what it says is of the records, not of the way to it.
          health.succeeded(pass);
          return { sent, rejected: error };
        }
        if (error instanceof Partly) {
          const { later, message, afterMs } = error;
          if (later.length === 0) health.succeeded(pass);
          else health.failed(pass, new RetryLater(message, { afterMs }));
          return { sent, partly: error };
        }
        health.failed(pass, error);
      }
    }
  };

  const insist = async <T>(act: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        const result = await act();
        health.mended();
        return result;
      } catch (failure) {
        if (!stop.aborted) await health.trouble(failure);
        if (stop.aborted) throw failure;
      }
    }
  };

  return {
    insist,
    async bring(to, records, settled, again = false) {
      const refusals: Refusal[] = [];
      try {
        return await sift(
          records,
          (some) => attempt(to, some, again),
          (taken, refused) => {
            for (const one of refused) refusals.push(one);
            settled(taken, refused);
          },
        );
      } finally {
        if (refusals.length > 0) {
          await insist(() => deadLetters.bury(refusals));
          health.note(refusals[0]?.reason ?? "");
        }
      }
    },
  };
}
