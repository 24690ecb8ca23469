import { type LeavesOut, whyLeftOut } from "../lib/left-out.ts";
import type { LogRecord } from "../model.ts";
import type { Letter } from "../spool/redeemed.ts";
import type { Passed } from "../spool/sums.ts";
import type { Unit, UnitBlock } from "./intake.ts";

const NOTHING = { records: 0, bytes: 0 };

/**
 * What became of the blocks of a unit that was written, block by block.
 * @param refused those of its records that were refused for good
 * @param givenUp numbers of its blocks that the spool gave up meanwhile
 * @param leaves what the sink leaves out by its options
 */
export function passedOf(
  { blocks, records }: Pick<Unit, "blocks" | "records">,
  refused: readonly LogRecord[],
  givenUp: ReadonlySet<number>,
  leaves?: LeavesOut["leavesOut"],
): Passed[] {
  const bad = new Set(refused);
  const isLeftOut = (record: LogRecord): boolean =>
    leaves !== undefined && !bad.has(record) && whyLeftOut(record, leaves) !== undefined;
  const passed: Passed[] = [];
  let from = 0;
  for (const block of blocks) {
    const to = from + block.records;
    const own = bad.size > 0 || leaves ? records.slice(from, to) : [];
    const dead = bad.size > 0 ? amountOf(block, own, (record) => bad.has(record)) : NOTHING;
    const leftOut = leaves ? amountOf(block, own, isLeftOut) : NOTHING;
    from = to;
    if (block.records === 0 && !block.damaged) continue;
    passed.push({
      seq: block.seq,
      generation: block.generation,
      delivered: {
        records: block.records - leftOut.records - dead.records,
        bytes: block.bytes - leftOut.bytes - dead.bytes,
      },
      leftOut,
      dead,
      dropped: block.damaged ?? NOTHING,
      givenUp: givenUp.has(block.seq),
    });
  }
  return passed;
}

/** A record's bytes reach to the next one's. */
function amountOf(
  { start, bytes }: UnitBlock,
  records: readonly LogRecord[],
  counts: (record: LogRecord) => boolean,
): { records: number; bytes: number } {
  const amount = { records: 0, bytes: 0 };
  for (const [at, record] of records.entries()) {
    if (!counts(record)) continue;
    amount.records++;
    amount.bytes += record.size ?? (records[at + 1]?.offset ?? start + bytes) - record.offset;
  }
  return amount;
}

/** Dead letters that were taken after all, as they are counted: with the bytes of the line and a line end. */
export function lettersOf(records: readonly LogRecord[]): Letter[] {
  return records.map(({ origin, offset, raw, size }) => ({
    key: origin.key,
    source: origin.source,
    offset,
    bytes: size ?? Buffer.byteLength(raw) + 1,
  }));
}
