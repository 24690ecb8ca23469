import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { UserError } from "../errors.ts";

/** What makes the tables, from one format of the file to the next; a change is a step more. */
const STEPS = [
  `
CREATE TABLE generations (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, source TEXT NOT NULL, path TEXT NOT NULL,
  device INTEGER NOT NULL, inode INTEGER NOT NULL, fingerprint TEXT NOT NULL, fingerprintLength INTEGER NOT NULL,
  offset INTEGER NOT NULL, marker TEXT NOT NULL, ended INTEGER NOT NULL DEFAULT 0, updated INTEGER NOT NULL
) STRICT;
CREATE TABLE configs (id INTEGER PRIMARY KEY, json TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE blocks (
  seq INTEGER PRIMARY KEY, generation INTEGER NOT NULL, config INTEGER NOT NULL, start INTEGER NOT NULL,
  bytes INTEGER NOT NULL, lines INTEGER NOT NULL, observed INTEGER NOT NULL, codec INTEGER NOT NULL, data BLOB NOT NULL
) STRICT;
CREATE TABLE cursors (sink TEXT PRIMARY KEY, seq INTEGER NOT NULL, state TEXT, updated INTEGER NOT NULL) STRICT;
`,
  `
CREATE TABLE damaged (
  key TEXT NOT NULL, start INTEGER NOT NULL, source TEXT NOT NULL, path TEXT NOT NULL, parser TEXT NOT NULL,
  bytes INTEGER NOT NULL, lines INTEGER NOT NULL, observed INTEGER NOT NULL, codec INTEGER NOT NULL,
  data BLOB NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (key, start)
) STRICT;
`,
  `
ALTER TABLE generations ADD COLUMN parser TEXT;
`,
  `
ALTER TABLE generations ADD COLUMN foundAs TEXT;
UPDATE generations SET foundAs = path;
`,
];

/**
 * Opens (or makes) `spool.db` in a folder: blocks, checkpoints and cursors in one file, because they must
 * change in one transaction. WAL with synchronous NORMAL survives a kill at any instant; a power cut may
 * take back the last commits, whole, which a re-read of the files makes good.
 */
export function openSpoolDatabase(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "spool.db");
  const db = new DatabaseSync(file);
  db.exec(
    "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000; PRAGMA wal_autocheckpoint = 4000;",
  );
  const version = Number(db.prepare("PRAGMA user_version").get()?.user_version);
  if (version > STEPS.length) {
    db.close();
    throw new UserError(
      `${file} was written by a newer Log Monitor (format ${version}, this one knows ${STEPS.length}): update Log Monitor, or set another dataDir`,
    );
  }
  if (version < STEPS.length) {
    db.exec(`BEGIN; ${STEPS.slice(version).join("")} PRAGMA user_version = ${STEPS.length}; COMMIT;`);
  }
  return db;
}

/** The database failed, which may pass: it is locked, the disk is full or gone, or it was closed. */
export function isDatabaseError(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_SQLITE_ERROR" || code === "ERR_INVALID_STATE";
}

/** A full disk may have rolled back already, which makes this fail: either way none of it stands. */
export function rollBack(db: DatabaseSync): void {
  try {
    db.exec("ROLLBACK");
  } catch {
    // Nothing was left to roll back.
  }
}
