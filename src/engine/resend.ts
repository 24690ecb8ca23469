import type { LogRecord } from "../model.ts";
import type { Sink } from "../sinks/sink.ts";
import type { Spool } from "../spool/spool.ts";
import type { Courier } from "./courier.ts";
import type { Replay } from "./replay.ts";
import { lettersOf } from "./settled.ts";

interface Parts {
  readonly id: string;
  readonly spool: Pick<Spool, "accounts" | "advance" | "sync">;
  readonly replay: Pick<Replay, "next">;
  readonly courier: Courier;
  /** Where the sink stands. */
  cursor(): number;
}

/** Brings the letters of a replay to a destination. */
export interface Resend {
  /** Sends the next ones, and counts what became of them before the letters go. @throws when it is stopped before */
  next(to: Sink): Promise<void>;
  /** Dead letters that were taken after all. */
  readonly replayed: number;
}

export function createResend({ id, spool, replay, courier, cursor }: Parts): Resend {
  let replayed = 0;
  return {
    get replayed() {
      return replayed;
    },
    async next(to) {
      const letters = await courier.insist(() => replay.next());
      if (!letters) return;
      const { records, dead } = letters;
      let taken = 0;
      const refused = new Set<LogRecord>();
      const state = await courier.bring(
        to,
        records,
        (count, bad) => {
          taken += count;
          for (const { record } of bad) refused.add(record);
        },
        true,
      );
      if (state !== undefined) spool.advance(id, cursor(), state);
      if (dead) replayed += taken;
      await courier.insist(async () => {
        if (dead) spool.accounts.redeem(id, lettersOf(records.filter((one) => !refused.has(one))));
        // What is not counted when the letters go never will be.
        if (!spool.sync()) throw new Error("the spool can't be written: letters that were sent are kept");
      });
      await courier.insist(() => letters.done());
    },
  };
}
