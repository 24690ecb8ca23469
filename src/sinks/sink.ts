import type { z } from "zod";
import type { LeavesOut } from "../lib/left-out.ts";
import type { Log } from "../lib/log.ts";
import type { LogRecord } from "../model.ts";
import type { RemoteIndex } from "./elastic-index.ts";

/**
 * A destination. The delivery wrapper owns queue, batching, retry, splitting, dead letters and figures, so
 * a sink only formats and sends.
 *
 * Order of calls: `open` once, then `write` (never two at a time unless `concurrency` is above 1), `close`
 * once after the last write has settled. `check` may be called at any time, also without `open`.
 * `write` resolves when the destination has taken all records durably, else throws `RetryLater`,
 * `Rejected`, `Partly` or `Fatal` (errors.ts); anything else thrown is treated as RetryLater.
 */
export interface Sink<State = unknown> {
  /**
   * Prepares the destination. `state` is what the last acknowledged write returned, if any. What it returns
   * is made durable before the first write, so that a kill in that write finds where it began.
   */
  open?(state: State | undefined): Promise<State | void>;
  /**
   * Sends the records; what it returns is kept with the cursor, in the same transaction.
   * @param again a replay asks for them: they are not the next ones of their files
   */
  write(records: readonly LogRecord[], again?: boolean): Promise<State | void>;
  /**
   * What it changed of records on the way, by its bounds: how many values of tags or labels stand as `_other`; how
   * many records that were to be delivered its options left out (not those of replays); and what is amiss, in words
   * for people. Asked for at each snapshot.
   */
  notes?(): { readonly folded?: number; readonly leftOut?: number; readonly problems: readonly string[] };
  /**
   * Tries the destination as a real write would, and sends no record; its `note` says what only a write could tell.
   * Throws what is wrong, in words for people.
   */
  check(): Promise<Checked | void>;
  /**
   * What a write of these records would send or write, as it would be, to be read by people: nothing is sent, and
   * secrets of the options are masked. Works without `open`. Absent: it can't be shown.
   */
  preview?(records: readonly LogRecord[]): string;
  close(): Promise<void>;
  /** Where records go, fit to be shown: secrets masked. */
  readonly target: string;
  /** What it writes to can be searched there; works without `open`, until `close`. */
  readonly index?: RemoteIndex;
  /** What it sends nothing of, by its options; absent: it sends all. */
  readonly leavesOut?: LeavesOut["leavesOut"];
  /** It takes any certificate. */
  readonly unverified?: boolean;
}

/** What a destination that was tried tells of itself. */
export interface Checked {
  /** Its name and version, as `InfluxDB 1.8.10`. */
  readonly server?: string;
  /** What the try left there, in words; absent: nothing. */
  readonly wrote?: string;
  /** What else there is to say, in words: above all what only a write could find out. */
  readonly note?: string | undefined;
}

export interface SinkContext {
  readonly id: string;
  readonly log: Log;
  /** Folder for the sink's own files; exists. */
  readonly dataDir: string;
  /** Relative paths in the options are taken from here. */
  readonly baseDir: string;
}

/** A kind of destination: one file in this folder and one line in the registry. */
export interface SinkDefinition<Options extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly options: Options;
  /** A record that is written once more has no effect, or takes the place of the first: ids are the same. */
  readonly once: boolean;
  /** How a write is cut: no more than this many records or raw bytes; how many writes may be in flight. */
  readonly batch: { readonly records: number; readonly bytes: number; readonly concurrency: number };
  /** Names of options whose texts hold `${}` of their own, filled in for each record. */
  readonly templates?: readonly string[];
  /** Absolute paths of the files that it writes in the user's folders: no source may read them back. */
  outputs?(options: z.output<Options>, baseDir: string): readonly string[];
  create(options: z.output<Options>, context: SinkContext): Sink | Promise<Sink>;
}
