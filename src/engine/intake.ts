import type { Amount, Batch, LogRecord } from "../model.ts";
import { type Block, DamagedBlock } from "../spool/blocks.ts";
import { isDatabaseError } from "../spool/database.ts";
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

/** A block as a sink gets it. */
export interface UnitBlock extends Pick<Batch, "seq" | "generation" | "start" | "bytes"> {
  readonly records: number;
  /** It can't be read back: the sink will never get what it held. */
  readonly damaged?: Amount;
}

/** What is written at once: the records of whole blocks. */
export interface Unit {
  /** Numbers of the first and last block it stands for, also those without a record for this sink. */
  readonly first: number;
  readonly last: number;
  /** Its blocks, and how many of the records are of each. */
  readonly blocks: readonly UnitBlock[];
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
  /** The next unit; undefined at the head. @throws what the spool's database throws */
  take(): Unit | undefined;
  /** Lets go of what is in memory. */
  detach(): void;
  /** A block is deleted: how many records of it were still to be taken, and never will be. */
  giveUp(block: GivenUp): number;
  /** Number of the next block to take. */
  readonly next: number;
  /** Records in blocks that could not be read back: they were set aside and passed over. */
  readonly damaged: number;
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
  let damaged = 0;

  const lacks = (block: Pick<Block, "config">): boolean => {
    try {
      return accepts(decoder.sinksOf(block));
    } catch {
      // Whose it is can't be read: better counted than missed.
      return true;
    }
  };

  const decode = (block: Block): Batch => {
    try {
      return accepts(decoder.sinksOf(block)) ? decoder.decode(block) : nothingOf(block.seq);
    } catch (error) {
      // What is not the database's fault is the block's: it would not get better by itself.
      throw isDatabaseError(error) ? error : new DamagedBlock({ ...block, size: block.bytes.length }, error);
    }
  };

  /** The next block as this sink sees it; undefined at the head, and when it does not fit. */
  const fromSpool = (fits: (records: number, bytes: number) => boolean): Taken | undefined => {
    try {
      const block = spool.read(next);
      if (!block) {
        detached = false;
        next = Math.max(next, spool.head + 1);
        return undefined;
      }
      return fits(block.lines, block.bytes.length) ? decode(block) : undefined;
    } catch (error) {
      if (!(error instanceof DamagedBlock)) throw error;
      const { seq, lines, generation, size } = error.block;
      spool.setAside(seq, error.message);
      if (!lacks(error.block)) return nothingOf(seq);
      damaged += lines;
      return { ...nothingOf(seq), generation, damaged: { records: lines, bytes: size } };
    }
  };

  return {
    offer(one) {
      if (detached) return;
      queue.push(one);
      queueBytes += one.bytes;
    },
    take() {
      const first = next;
      const batches: Taken[] = [];
      let records = 0;
      let bytes = 0;
      const fits = (more: number, moreBytes: number): boolean =>
        records === 0 || (records + more <= batch.records && bytes + moreBytes <= batch.bytes);
      const add = (one: Taken): void => {
        batches.push(one);
        records += one.records.length;
        bytes += one.bytes;
        next = one.seq + 1;
      };
      if (detached) {
        while (records === 0 || bytes < batch.bytes / 2) {
          try {
            const one = fromSpool(fits);
            if (!one) break;
            add(one);
          } catch (error) {
            if (batches.length === 0) throw error;
            break;
          }
        }
      } else {
        let taken = 0;
        for (const one of queue) {
          if (!fits(one.records.length, one.bytes)) break;
          add(accepts(one.sinks) ? one : nothingOf(one.seq));
          queueBytes -= one.bytes;
          taken++;
        }
        queue = queue.slice(taken);
      }
      const last = batches.at(-1);
      if (!last) return undefined;
      const flat = batches.length === 1 ? last.records : batches.flatMap((one) => one.records);
      const blocks = batches.map(({ records, ...one }) => ({ ...one, records: records.length }));
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
      return lacks(block) ? block.lines : 0;
    },
    get next() {
      return next;
    },
    get damaged() {
      return damaged;
    },
    get full() {
      return !detached && queueBytes > QUEUE_BYTES;
    },
    get idle() {
      return queue.length === 0 && next > spool.head;
    },
  };
}

interface Taken extends Batch, Pick<UnitBlock, "damaged"> {
  readonly records: Batch["records"];
}

/** A block of which the sink takes nothing. */
function nothingOf(seq: number): Batch {
  return { seq, source: "", sinks: [], records: [], generation: 0, start: 0, bytes: 0, observed: 0 };
}
