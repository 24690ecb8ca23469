import type { Generation } from "./checkpoints.ts";
import type { Pending } from "./pending.ts";
import type { Reading } from "./sums.ts";

/** What a block adds to the account of its file. */
export interface Read {
  readonly generation: Generation;
  /** File offset after its last byte. */
  readonly end: number;
  readonly more: Reading;
}

/**
 * What blocks that have just become durable add to the accounts of their files. That a block begins where the one
 * before it ends, but for what the reader says that it skipped, is held against what the reader says, not assumed.
 * @param blocks in order, from where their generations stand
 */
export function readOf(blocks: readonly Pending[]): Read[] {
  const ends = new Map<number, number>();
  return blocks.map(({ chunk, lines }) => {
    const { generation, start, bytes, skipped = 0 } = chunk;
    const missing = start - (ends.get(generation.id) ?? generation.offset) - skipped;
    const end = start + bytes.length;
    ends.set(generation.id, end);
    return { generation, end, more: { lines, unparsed: 0, bytes: bytes.length, skipped, missing } };
  });
}
