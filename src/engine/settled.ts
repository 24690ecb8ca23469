import type { LogRecord } from "../model.ts";
import type { Passed } from "../spool/accounts.ts";
import type { Letter } from "../spool/redeemed.ts";
import type { Unit, UnitBlock } from "./intake.ts";

const NOTHING = { records: 0, bytes: 0 };

/**
 * What became of the blocks of a unit that was written, block by block.
 * @param refused those of its records that were refused for good
 * @param givenUp numbers of its blocks that the spool gave up meanwhile
 */
export function passedOf(
  { blocks, records }: Pick<Unit, "blocks" | "records">,
  refused: readonly LogRecord[],
  givenUp: ReadonlySet<number>,
): Passed[] {
  const bad = new Set(refused);
  const passed: Passed[] = [];
  let from = 0;
  for (const block of blocks) {
    const to = from + block.records;
    const dead = bad.size > 0 ? deadOf(block, records.slice(from, to), bad) : NOTHING;
    from = to;
    if (block.records === 0 && !block.damaged) continue;
    passed.push({
      seq: block.seq,
      generation: block.generation,
      delivered: { records: block.records - dead.records, bytes: block.bytes - dead.bytes },
      dead,
      dropped: block.damaged ?? NOTHING,
      givenUp: givenUp.has(block.seq),
    });
  }
  return passed;
}

/** A record's bytes reach to the next one's. */
function deadOf(
  { start, bytes }: UnitBlock,
  records: readonly LogRecord[],
  bad: ReadonlySet<LogRecord>,
): { records: number; bytes: number } {
  const dead = { records: 0, bytes: 0 };
  for (const [at, record] of records.entries()) {
    if (!bad.has(record)) continue;
    dead.records++;
    dead.bytes += record.size ?? (records[at + 1]?.offset ?? start + bytes) - record.offset;
  }
  return dead;
}

/** Dead letters that were taken after all, as they are counted: with the bytes of the line and a line end. */
export function lettersOf(records: readonly LogRecord[]): Letter[] {
  return records.map(({ origin, offset, raw, size }) => ({
    key: origin.key,
    offset,
    bytes: size ?? Buffer.byteLength(raw) + 1,
  }));
}
