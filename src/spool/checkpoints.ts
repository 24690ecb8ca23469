import { hash, randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

/**
 * One life of one file: from when it was first seen (or truncated, or rewritten) to its end. Offsets and
 * record ids count within it.
 */
export interface Generation {
  /** Row in the spool's database. */
  readonly id: number;
  /** Hash of (source id, generation), 16 hex digits: the first half of record ids. */
  readonly key: string;
  readonly source: string;
  /** Where the file is now (a rename moves it). */
  path: string;
  /** The path by which a pattern found it last: it is none of the source's any more when none matches that. */
  foundAs: string;
  /** The path that it began under: its records bear it wherever the file is when they are sent, or sent again. */
  readonly named: string;
  /** May be another after a remount. */
  device: number;
  readonly inode: number;
  /** How many of the first bytes the fingerprint covers (it grows with the file), and their hash. */
  fingerprintLength: number;
  fingerprint: string;
  /** Bytes that are durable in the spool. */
  offset: number;
  /** The bytes just before `offset`, in hex, `+` after them where a line was cut: tells a rewritten file. */
  marker: string;
  /** Set when the file was read to its end for good. */
  ended: boolean;
  /** When it was last written, ms since the epoch. */
  updated: number;
  /** How its lines were read last: `nginx`, `auto (json)`. */
  parser?: string;
  /** Something was read of it since it is followed, durable or not; this is not kept. */
  begun?: boolean;
}

type Start = Pick<
  Generation,
  "source" | "path" | "device" | "inode" | "fingerprint" | "fingerprintLength" | "offset" | "marker"
> & {
  /** The key, for what has the same one wherever it is read; absent: a random one. */
  readonly key?: string;
};

/** What a source knows of earlier runs. All writes are durable when the call returns. */
export interface Checkpoints {
  /** The generations of a source, oldest first, the ended ones too. */
  load(source: string): Generation[];
  /** Any generation that a block may still name. */
  byId(id: number): Generation | undefined;
  all(): Generation[];
  create(start: Start): Generation;
  /** Writes path, device, fingerprint and `ended` as they are now; the offset moves with the spool's blocks only. */
  save(generation: Generation): void;
  forget(generation: Generation): void;
  /** Keeps a text for a source, in place of the one before. */
  note(source: string, text: string): void;
  /** What is kept for it. */
  noted(source: string): string | undefined;
}

/** Checkpoints as rows of the spool's database, so that a block and its position are one transaction. */
export function createCheckpoints(db: DatabaseSync, now: () => number = Date.now): Checkpoints {
  const select = db.prepare("SELECT * FROM generations WHERE source = ? ORDER BY id");
  const selectOne = db.prepare("SELECT * FROM generations WHERE id = ?");
  const selectAll = db.prepare("SELECT * FROM generations ORDER BY source, path, id");
  const insert = db.prepare(
    `INSERT INTO generations (key, source, path, device, inode, fingerprint, fingerprintLength, offset, marker, updated, foundAs, began, named)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare(
    "UPDATE generations SET path = ?, foundAs = ?, device = ?, fingerprint = ?, fingerprintLength = ?, ended = ?, updated = ?, parser = ? WHERE id = ?",
  );
  const remove = db.prepare(
    // One whose account does not close stays, lest what went wrong is forgotten with it.
    `DELETE FROM generations WHERE id = ? AND offset - began = bytes + skipped
     AND NOT EXISTS (SELECT 1 FROM blocks WHERE generation = generations.id)`,
  );

  return {
    load: (source) => select.all(source).map(generationOf),
    byId(id) {
      const row = selectOne.get(id);
      return row && generationOf(row);
    },
    all: () => selectAll.all().map(generationOf),
    create(start) {
      // Random rather than counted: a database that was deleted must not give old ids to other lines.
      const key = start.key ?? hash("sha256", `${start.source}\0${randomUUID()}`).slice(0, 16);
      const { source, path, device, inode, fingerprint, fingerprintLength, offset, marker } = start;
      const updated = now();
      const { lastInsertRowid } = insert.run(
        key,
        source,
        path,
        device,
        inode,
        fingerprint,
        fingerprintLength,
        offset,
        marker,
        updated,
        path,
        offset,
        path,
      );
      return {
        ...start,
        foundAs: path,
        named: path,
        id: Number(lastInsertRowid),
        key,
        ended: false,
        updated,
      };
    },
    save(generation) {
      const { path, foundAs, device, fingerprint, fingerprintLength, ended, parser = null, id } = generation;
      generation.updated = now();
      update.run(
        path,
        foundAs,
        device,
        fingerprint,
        fingerprintLength,
        ended ? 1 : 0,
        generation.updated,
        parser,
        id,
      );
    },
    forget: (generation) => void remove.run(generation.id),
    // Prepared here: databases of older formats, which are only looked at, have no such table.
    note: (source, text) =>
      void db.prepare("INSERT OR REPLACE INTO notes (source, text) VALUES (?, ?)").run(source, text),
    noted(source) {
      const row = db.prepare("SELECT text FROM notes WHERE source = ?").get(source);
      return row && String(row.text);
    },
  };
}

function generationOf(row: Record<string, unknown>): Generation {
  return {
    id: Number(row.id),
    key: String(row.key),
    source: String(row.source),
    path: String(row.path),
    foundAs: String(row.foundAs),
    named: String(row.named),
    device: Number(row.device),
    inode: Number(row.inode),
    fingerprint: String(row.fingerprint),
    fingerprintLength: Number(row.fingerprintLength),
    offset: Number(row.offset),
    marker: String(row.marker),
    ended: row.ended === 1,
    updated: Number(row.updated),
    ...(typeof row.parser === "string" && { parser: row.parser }),
  };
}
