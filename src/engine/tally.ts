import type { LogRecord } from "../model.ts";
import { DamagedBlock } from "../spool/blocks.ts";
import type { Spool } from "../spool/spool.ts";
import type { Decoder } from "./decode.ts";

/**
 * Counts what did not parse in blocks that became durable just before a kill: their lines are counted with
 * them, how they parsed only after. Nothing that is not counted was deleted.
 */
export function tallyRest(spool: Spool, decoder: Decoder): void {
  for (let seq = spool.accounts.tallied + 1; seq <= spool.head; seq++) {
    try {
      const block = spool.read(seq);
      if (!block) return;
      seq = block.seq;
      spool.accounts.unparsed(block.generation, unparsedOf(decoder.decode(block).records));
    } catch (error) {
      // What can't be read back was not parsed by anyone who could tell.
      if (!(error instanceof DamagedBlock)) throw error;
      seq = error.block.seq;
      spool.accounts.unparsed(error.block.generation, error.block.lines);
    }
  }
}

function unparsedOf(records: readonly LogRecord[]): number {
  return records.reduce((sum, { error }) => sum + (error === undefined ? 0 : 1), 0);
}
