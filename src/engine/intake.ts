import type { Batch, LogRecord } from "../model.ts";
import type { GivenUp, Spool } from "../spool/spool.ts";
import type { Decoder } from "./decode.ts";

/** Raw bytes of batches kept in memory for a sink that keeps up. */
export const QUEUE_BYTES = 1 << 19;

export interface IntakeOptions {
  readonly spool: Spool;
  readonly decoder: Decoder;
  /** How a unit is cut. */
  readonly batch: { readonly records: number; readonly bytes: number };
  /** Whether blocks for these sinks (undefined: all) are for this one. */
  accepts(sinks: readonly string[] | undefined): boolean;
}

/** What is written at once: the records of whole blocks. */
export interface Unit {
  /** Numbers of the first and last block it stands for, also those without a record for this sink. */
  readonly first: number;
  readonly last: number;
  /** Its blocks, and how many of the records are of each. */
  readonly blocks: readonly { readonly seq: number; readonly records: number }[];
  readonly records: readonly LogRecord[];
}

/**
 * Where a sink's records come from, in order:
 *
 *   offer ──▶ queue (memory) ──┐
 *                              ├─▶ take: units of whole blocks
 *   spool.read (when behind) ──┘
 */
export interface Intake {
  /** Every durable batch, in order, also those that the sink doesn't take. */
  offer(batch: Batch): void;
  /** The next unit; undefined at the head. */
  take(): Unit | undefined;
  /** Lets go of what is in memory. */
  detach(): void;
  /** A block is deleted: how many records of it were still to be taken, and never will be. */
  giveUp(block: GivenUp): number;
  /** Number of the next block to take. */
  readonly next: number;
  /** It is fed from memory, and its memory is full. */
  readonly full: boolean;
  /** Nothing is to be taken. */
  readonly idle: boolean;
}

/** @param from number of the first block to take */
export function createIntake({ spool, decoder, batch, accepts }: IntakeOptions, from: number): Intake {
  let next = from;
  let queue: Batch[] = [];
  let queueBytes = 0;
  let detached = next <= spool.head;

  return {
    offer(one) {
      if (detached) return;
      queue.push(one);
      queueBytes += one.bytes;
    },
    take() {
      const first = next;
      const batches: Batch[] = [];
      let records = 0;
      let bytes = 0;
      const fits = (more: number, moreBytes: number): boolean =>
        records === 0 || (records + more <= batch.records && bytes + moreBytes <= batch.bytes);
      const add = (one: Batch): void => {
        const mine = accepts(one.sinks) ? one : { ...one, records: [] };
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
            next = Math.max(next, spool.head + 1);
            break;
          }
          if (!fits(block.lines, block.bytes.length)) break;
          const sinks = decoder.sinksOf(block);
          add(
            accepts(sinks)
              ? decoder.decode(block)
              : { seq: block.seq, source: "", sinks, records: [], bytes: 0, observed: 0 },
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
      const blocks = batches.map((one) => ({ seq: one.seq, records: one.records.length }));
      return { first, last: last.seq, blocks, records: flat };
    },
    detach() {
      queue = [];
      queueBytes = 0;
      detached = next <= spool.head;
    },
    giveUp(block) {
      if (block.seq < next) return 0;
      next = block.seq + 1;
      let held = 0;
      while ((queue[held]?.seq ?? next) < next) queueBytes -= queue[held++]?.bytes ?? 0;
      queue = queue.slice(held);
      return accepts(decoder.sinksOf(block)) ? block.lines : 0;
    },
    get next() {
      return next;
    },
    get full() {
      return !detached && queueBytes > QUEUE_BYTES;
    },
    get idle() {
      return queue.length === 0 && next > spool.head;
    },
  };
}
