import { setTimeout as delay } from "node:timers/promises";
import { Fatal, Rejected, RetryLater, reasonOf } from "../errors.ts";
import { backoff } from "../lib/backoff.ts";
import type { Log } from "../lib/log.ts";
import type { Batch, LogRecord, SinkFigures, SinkState } from "../model.ts";
import type { Sink } from "../sinks/sink.ts";
import type { Spool } from "../spool/spool.ts";
import { bury } from "./deadletters.ts";
import type { Decoder } from "./decode.ts";

/** Raw bytes of batches kept in memory for a sink that keeps up. */
export const QUEUE_BYTES = 1 << 19;
/** Nothing will change by itself after a Fatal, but someone may mend the server: try this seldom (ms). */
const FATAL_WAIT = 15_000;
const CLOSE_WAIT = 5_000;

export interface DeliveryOptions {
  readonly id: string;
  readonly type: string;
  readonly spool: Spool;
  readonly decoder: Decoder;
  readonly dataDir: string;
  readonly batch: { readonly records: number; readonly bytes: number; readonly concurrency: number };
  readonly log: Log;
  accepts(source: string): boolean;
  create(): Promise<Sink>;
  /** Called after each step forward: room for readers, and a snapshot. */
  progressed(): void;
}

/** What the engine sees of a sink. */
export interface Delivery {
  /** Every durable batch, in order, also those that the sink doesn't take. */
  offer(batch: Batch): void;
  /** It keeps up from memory, and its memory is full. */
  readonly full: boolean;
  /** It has nothing to do. */
  readonly idle: boolean;
  readonly lastProgress: number;
  /** Lets go of what is in memory: the sink goes on from the spool at its own pace. */
  detach(): void;
  /** What has not been delivered up to the head; resolves early when the sink fails for `patience` ms. */
  drain(patience: number): Promise<number>;
  /** Tries again at once instead of waiting out the backoff. */
  nudge(): void;
  figures(): SinkFigures;
  close(): Promise<void>;
}

interface Unit {
  readonly last: number;
  readonly records: readonly LogRecord[];
  state: unknown;
  done: boolean;
}

/**
 *   offer ──▶ queue (memory) ──┐
 *                              ├─▶ units of whole blocks ─▶ sink.write ─▶ cursor, in order
 *   spool.read (when behind) ──┘          ▲      │ RetryLater: wait, again
 *                                         └──────┘ Rejected: bury, or halve and try the halves
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { id, spool, decoder, log, batch } = options;
  const start = spool.cursor(id);
  let cursor = start.seq;
  /** Number of the next block to take. */
  let next = cursor + 1;
  let queue: Batch[] = [];
  let queueBytes = 0;
  let detached = next <= spool.head;
  const inFlight: Unit[] = [];
  const sends = new Set<Promise<void>>();
  const retry = backoff();
  const stop = new AbortController();
  let nudged = new AbortController();
  let wakeUp: (() => void) | undefined;
  let sink: Sink | undefined;
  let state: SinkState = "starting";
  let delivered = 0;
  let dead = 0;
  const dropped = 0;
  let retries = 0;
  let lastError: string | undefined;
  let lastErrorAt: number | undefined;
  let lastProgress = Date.now();
  let failingSince: number | undefined;

  const wake = (): void => wakeUp?.();
  const sleep = (): Promise<void> => new Promise((resolve) => (wakeUp = resolve));

  const failed = (error: unknown): void => {
    const reason = reasonOf(error);
    if (lastError !== reason || state === "running") log.warn(`sink ${id}: ${reason}`);
    lastError = reason;
    lastErrorAt = Date.now();
    failingSince ??= lastErrorAt;
    state = error instanceof Fatal ? "failed" : "retrying";
    retries++;
    detach();
    options.progressed();
  };

  const pause = async (error: unknown): Promise<void> => {
    failed(error);
    const wait =
      error instanceof Fatal
        ? FATAL_WAIT
        : retry.next(error instanceof RetryLater ? (error.afterMs ?? 0) : 0);
    nudged = new AbortController();
    await delay(wait, undefined, { signal: AbortSignal.any([stop.signal, nudged.signal]) }).catch(() => {});
  };

  const succeeded = (): void => {
    if (state === "retrying" || state === "failed") log.info(`sink ${id}: works again`);
    state = "running";
    failingSince = undefined;
    retry.reset();
  };

  const detach = (): void => {
    queue = [];
    queueBytes = 0;
    detached = next <= spool.head;
  };

  const take = (): Unit | undefined => {
    const batches: Batch[] = [];
    let records = 0;
    let bytes = 0;
    const fits = (more: number, moreBytes: number): boolean =>
      records === 0 || (records + more <= batch.records && bytes + moreBytes <= batch.bytes);
    const add = (one: Batch): void => {
      const mine = options.accepts(one.source) ? one : { ...one, records: [] };
      batches.push(mine);
      records += mine.records.length;
      bytes += mine.records.length > 0 ? one.bytes : 0;
      next = one.seq + 1;
    };
    if (detached) {
      while (records === 0 || bytes < batch.bytes / 2) {
        const block = spool.read(next);
        if (!block) {
          detached = false;
          break;
        }
        if (!fits(block.lines, block.bytes.length)) break;
        const source = decoder.sourceOf(block);
        add(
          options.accepts(source)
            ? decoder.decode(block)
            : { seq: block.seq, source, records: [], bytes: 0, observed: 0 },
        );
      }
    } else {
      let taken = 0;
      for (const one of queue) {
        if (!fits(one.records.length, one.bytes)) break;
        add(one);
        queueBytes -= one.bytes;
        taken++;
      }
      queue = queue.slice(taken);
    }
    const last = batches.at(-1);
    if (!last) return undefined;
    const flat = batches.length === 1 ? last.records : batches.flatMap((one) => one.records);
    return { last: last.seq, records: flat, state: undefined, done: false };
  };

  /** Writes until all records are delivered or buried; returns the state of the last write. */
  const write = async (to: Sink, records: readonly LogRecord[]): Promise<unknown> => {
    while (!stop.signal.aborted) {
      try {
        const result = await to.write(records);
        succeeded();
        delivered += records.length;
        return result;
      } catch (error) {
        if (!(error instanceof Rejected)) {
          await pause(error);
          continue;
        }
        if (error.indices) {
          await buryAll(
            error.indices.flatMap((at) => records[at] ?? []),
            error,
          );
          delivered += records.length - error.indices.length;
          return undefined;
        }
        if (records.length === 1) {
          await buryAll(records, error);
          return undefined;
        }
        const half = records.length >> 1;
        const first = await write(to, records.slice(0, half));
        return (await write(to, records.slice(half))) ?? first;
      }
    }
    throw new Error("stopped");
  };

  const buryAll = async (records: readonly LogRecord[], error: Rejected): Promise<void> => {
    const reason = reasonOf(error);
    log.error(
      `sink ${id}: ${records.length} record(s) refused for good, kept in dead/${id}.ndjson: ${reason}`,
    );
    for (;;) {
      try {
        await bury(options.dataDir, id, records, reason);
        break;
      } catch (failure) {
        await pause(failure);
        if (stop.signal.aborted) throw failure;
      }
    }
    dead += records.length;
    lastError = reason;
    lastErrorAt = Date.now();
  };

  const send = async (to: Sink, unit: Unit): Promise<void> => {
    try {
      if (unit.records.length > 0) unit.state = await write(to, unit.records);
      unit.done = true;
    } catch {
      // Only a stop ends here: what was not delivered stays in the spool.
      return;
    }
    while (inFlight[0]?.done) {
      const first = inFlight.shift();
      if (!first) break;
      cursor = first.last;
      spool.advance(id, cursor, first.state);
    }
    lastProgress = Date.now();
    options.progressed();
    wake();
  };

  const open = async (): Promise<Sink | undefined> => {
    while (!stop.signal.aborted) {
      let candidate: Sink | undefined;
      try {
        candidate = await options.create();
        const opened = await candidate.open?.(start.state);
        if (opened !== undefined) {
          spool.advance(id, cursor, opened);
          spool.sync();
        }
        succeeded();
        return candidate;
      } catch (error) {
        await candidate?.close().catch(() => {});
        await pause(error);
      }
    }
    return undefined;
  };

  const run = async (): Promise<void> => {
    sink = await open();
    while (sink && !stop.signal.aborted) {
      const unit = inFlight.length < batch.concurrency ? take() : undefined;
      if (!unit) {
        await sleep();
        continue;
      }
      inFlight.push(unit);
      const sent = send(sink, unit);
      sends.add(sent);
      void sent.then(() => sends.delete(sent));
    }
  };
  const running = run();

  return {
    offer(one) {
      if (detached) return wake();
      queue.push(one);
      queueBytes += one.bytes;
      wake();
    },
    get full() {
      return !detached && queueBytes > QUEUE_BYTES;
    },
    get idle() {
      return inFlight.length === 0 && queue.length === 0 && next > spool.head;
    },
    get lastProgress() {
      return lastProgress;
    },
    detach,
    async drain(patience) {
      while (!stop.signal.aborted && cursor < spool.head) {
        if (failingSince !== undefined && Date.now() - failingSince > patience) break;
        wake();
        await delay(10);
      }
      return spool.behind(cursor).records;
    },
    nudge: () => nudged.abort(),
    figures() {
      const { records, bytes, oldest } = spool.behind(cursor);
      return {
        id,
        type: options.type,
        state: stop.signal.aborted ? "stopped" : state,
        target: sink?.target ?? "",
        delivered,
        dead,
        dropped,
        retries,
        inFlight: inFlight.reduce((sum, unit) => sum + unit.records.length, 0),
        lagRecords: records,
        lagBytes: bytes,
        lagMs: oldest === undefined ? 0 : Math.max(0, Date.now() - oldest),
        ...(lastError !== undefined && { lastError }),
        ...(lastErrorAt !== undefined && { lastErrorAt }),
      };
    },
    async close() {
      stop.abort();
      wake();
      await running;
      // A write under way may still arrive: its cursor is worth a wait, a hung server is not.
      const timeout = new AbortController();
      const patience = delay(CLOSE_WAIT, undefined, { signal: timeout.signal }).catch(() => {});
      await Promise.race([Promise.all(sends), patience]);
      timeout.abort();
      await sink?.close();
    },
  };
}
