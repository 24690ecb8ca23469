import type { DatabaseSync } from "node:sqlite";
import { counted } from "../lib/counted.ts";
import type { Log } from "../lib/log.ts";

/** Raw data of damaged blocks is kept up to so many bytes; of those after that, what they were. */
const KEEP_BYTES = 64 << 20;

/** Blocks that nobody could read, kept for whoever wants to look into them. */
export interface Damaged {
  /** Copies a block there, with the reason; a second time does nothing. @throws what the database throws */
  add(seq: number, reason: string): void;
  /** Lines in the blocks that were set aside since the start. */
  readonly lines: number;
}

export function createDamaged(db: DatabaseSync, log: Log, now: () => number): Damaged {
  // Named by where its lines stand in the log: the numbers of blocks begin anew when all sinks are gone.
  const insert = db.prepare(
    `INSERT OR IGNORE INTO damaged
     SELECT coalesce(g.key, ''), b.start, coalesce(g.source, ''), coalesce(g.path, ''), coalesce(c.json, ''),
       b.bytes, b.lines, b.observed, b.codec,
       CASE WHEN (SELECT coalesce(sum(length(data)), 0) FROM damaged) + length(b.data) <= ${KEEP_BYTES}
         THEN b.data ELSE x'' END, ?, ?
     FROM blocks b LEFT JOIN generations g ON g.id = b.generation LEFT JOIN configs c ON c.id = b.config
     WHERE b.seq = ? RETURNING source, path, start, bytes, lines`,
  );
  let lines = 0;
  return {
    add(seq, reason) {
      const row = insert.get(reason, now(), seq);
      if (!row) return;
      lines += Number(row.lines);
      const end = Number(row.start) + Number(row.bytes);
      log.error(
        `${counted(Number(row.lines), "line")} of ${row.path} (source ${row.source}, bytes ${row.start} to ${end}) can't be read back from the spool, set aside in spool.db, table damaged: ${reason}`,
      );
    },
    get lines() {
      return lines;
    },
  };
}
