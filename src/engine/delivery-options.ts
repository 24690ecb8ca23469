import type { Log } from "../lib/log.ts";
import type { Sink } from "../sinks/sink.ts";
import type { Spool } from "../spool/spool.ts";
import type { LetterLimits } from "./deadletters.ts";
import type { Decoder } from "./decode.ts";

/** What a delivery is given. */
export interface DeliveryOptions {
  readonly id: string;
  readonly type: string;
  readonly spool: Spool;
  readonly decoder: Decoder;
  readonly dataDir: string;
  readonly batch: { readonly records: number; readonly bytes: number; readonly concurrency: number };
  readonly log: Log;
  /** What the user has to allow first: until then all waits in the spool, and nothing is created. */
  readonly consent?: readonly string[];
  /** Bounds of the dead letters, where they are not the usual ones. */
  readonly letters?: Partial<LetterLimits>;
  /** Whether blocks for these sinks (undefined: all) are for this one. */
  accepts(sinks: readonly string[] | undefined): boolean;
  create(): Promise<Sink>;
  /** Called after each step forward: room for readers, and a snapshot. */
  progressed(): void;
}
