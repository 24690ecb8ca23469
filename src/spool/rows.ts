import type { DatabaseSync } from "node:sqlite";
import { type Block, DamagedBlock, unpack } from "./blocks.ts";
import type { Ledger } from "./ledger.ts";
import type { Pending } from "./pending.ts";

/** Free pages (4 KiB) that the file keeps for the next blocks, and how many of the others go at once. */
const KEEP_FREE = 8192;
const SHRINK_STEP = 128;

/** Blocks as rows of the database. All throw what it throws. */
export interface BlockRows {
  /** Enters what is held into the ledger. */
  load(ledger: Ledger): void;
  /** Writes a block, and with it the position of its source. */
  insert(item: Pending): void;
  /** The first block at or after `seq`. @throws DamagedBlock */
  read(seq: number): Block | undefined;
  /** Deletes all up to `seq`. */
  remove(seq: number): void;
  /** Gives a little of what was deleted back to the disk; true when more could be. */
  shrink(): boolean;
}

export function createBlockRows(db: DatabaseSync): BlockRows {
  const insertBlock = db.prepare("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const updateGeneration = db.prepare(
    `UPDATE generations SET offset = ?1, marker = ?2, fingerprint = ?3, fingerprintLength = ?4, updated = ?5,
       lines = lines + ?6, bytes = bytes + ?7, skipped = skipped + ?8, config = ?9 WHERE id = ?10`,
  );
  const deletePassed = db.prepare("DELETE FROM blocks WHERE seq <= ?");
  const selectBlock = db.prepare("SELECT * FROM blocks WHERE seq >= ? ORDER BY seq LIMIT 1");
  const freePages = db.prepare("PRAGMA freelist_count");
  return {
    load(ledger) {
      const all = db.prepare(
        "SELECT seq, generation, config, length(data) AS packed, bytes, lines, observed FROM blocks ORDER BY seq",
      );
      for (const row of all.iterate()) {
        ledger.add({
          seq: Number(row.seq),
          generation: Number(row.generation),
          config: Number(row.config),
          packed: Number(row.packed),
          bytes: Number(row.bytes),
          lines: Number(row.lines),
          observed: Number(row.observed),
        });
      }
    },
    insert({ seq, chunk, lines, config, packed }) {
      if (!packed) return;
      const { generation, start, bytes, marker, observed, skipped = 0 } = chunk;
      const { fingerprint, fingerprintLength, id } = generation;
      insertBlock.run(seq, id, config, start, bytes.length, lines, observed, packed.codec, packed.data);
      const end = start + bytes.length;
      updateGeneration.run(
        end,
        marker,
        fingerprint,
        fingerprintLength,
        observed,
        lines,
        bytes.length,
        skipped,
        config,
        id,
      );
    },
    read(seq) {
      const row = selectBlock.get(seq);
      if (!row) return undefined;
      const block = {
        seq: Number(row.seq),
        generation: Number(row.generation),
        config: Number(row.config),
        start: Number(row.start),
        lines: Number(row.lines),
        observed: Number(row.observed),
      };
      try {
        return { ...block, bytes: unpack(Number(row.codec), row.data as Uint8Array, Number(row.bytes)) };
      } catch (error) {
        throw new DamagedBlock({ ...block, size: Number(row.bytes) }, error);
      }
    },
    remove: (seq) => void deletePassed.run(seq),
    shrink() {
      const free = Number(freePages.get()?.freelist_count) - KEEP_FREE;
      if (free > 0) db.exec(`PRAGMA incremental_vacuum(${Math.min(free, SHRINK_STEP)})`);
      return free > SHRINK_STEP;
    },
  };
}
