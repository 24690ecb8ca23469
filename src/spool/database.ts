import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { UserError } from "../errors.ts";
import { openDatabase } from "../lib/database.ts";
import { makeFolder } from "../lib/folders.ts";

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
  // Of what was read before it was counted, only what is still held is known: counting begins there.
  `
ALTER TABLE generations ADD COLUMN began INTEGER NOT NULL DEFAULT 0;
ALTER TABLE generations ADD COLUMN lines INTEGER NOT NULL DEFAULT 0;
ALTER TABLE generations ADD COLUMN unparsed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE generations ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE generations ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;
UPDATE generations SET began = offset;
UPDATE generations SET began = held.start, lines = held.lines, bytes = held.bytes, skipped = offset - held.start - held.bytes
FROM (SELECT generation, min(start) AS start, sum(lines) AS lines, sum(bytes) AS bytes FROM blocks GROUP BY generation) AS held
WHERE held.generation = generations.id;

CREATE TABLE accounts (
  generation INTEGER NOT NULL, sink TEXT NOT NULL,
  routed INTEGER NOT NULL, routedBytes INTEGER NOT NULL, delivered INTEGER NOT NULL, deliveredBytes INTEGER NOT NULL,
  dead INTEGER NOT NULL, deadBytes INTEGER NOT NULL, dropped INTEGER NOT NULL, droppedBytes INTEGER NOT NULL,
  PRIMARY KEY (generation, sink)
) STRICT, WITHOUT ROWID;
INSERT INTO accounts SELECT b.generation, c.sink, sum(b.lines), sum(b.bytes), 0, 0, 0, 0, 0, 0
FROM cursors c JOIN blocks b ON b.seq > c.seq JOIN configs f ON f.id = b.config
WHERE CASE WHEN json_valid(f.json) THEN json_extract(f.json, '$.sinks') IS NULL
  OR c.sink IN (SELECT value FROM json_each(f.json, '$.sinks')) ELSE 1 END
GROUP BY b.generation, c.sink;

CREATE TABLE tally (id INTEGER PRIMARY KEY CHECK (id = 0), seq INTEGER NOT NULL) STRICT;
INSERT INTO tally SELECT 0, coalesce(max(seq), 0) FROM blocks;

CREATE TABLE past (
  source TEXT PRIMARY KEY, files INTEGER NOT NULL,
  lines INTEGER NOT NULL, unparsed INTEGER NOT NULL, bytes INTEGER NOT NULL, skipped INTEGER NOT NULL
) STRICT;
CREATE TABLE pastAccounts (
  source TEXT NOT NULL, sink TEXT NOT NULL,
  routed INTEGER NOT NULL, routedBytes INTEGER NOT NULL, delivered INTEGER NOT NULL, deliveredBytes INTEGER NOT NULL,
  dead INTEGER NOT NULL, deadBytes INTEGER NOT NULL, dropped INTEGER NOT NULL, droppedBytes INTEGER NOT NULL,
  PRIMARY KEY (source, sink)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER forget AFTER DELETE ON generations BEGIN
  INSERT INTO past VALUES (OLD.source, 1, OLD.lines, OLD.unparsed, OLD.bytes, OLD.skipped)
  ON CONFLICT (source) DO UPDATE SET files = files + 1, lines = lines + excluded.lines,
    unparsed = unparsed + excluded.unparsed, bytes = bytes + excluded.bytes, skipped = skipped + excluded.skipped;
  INSERT INTO pastAccounts
  SELECT OLD.source, sink, routed, routedBytes, delivered, deliveredBytes, dead, deadBytes, dropped, droppedBytes
  FROM accounts WHERE generation = OLD.id
  ON CONFLICT (source, sink) DO UPDATE SET
    routed = routed + excluded.routed, routedBytes = routedBytes + excluded.routedBytes,
    delivered = delivered + excluded.delivered, deliveredBytes = deliveredBytes + excluded.deliveredBytes,
    dead = dead + excluded.dead, deadBytes = deadBytes + excluded.deadBytes,
    dropped = dropped + excluded.dropped, droppedBytes = droppedBytes + excluded.droppedBytes;
  DELETE FROM accounts WHERE generation = OLD.id;
END;
`,
  `
CREATE TABLE redeemed (
  generation INTEGER NOT NULL, sink TEXT NOT NULL, offset INTEGER NOT NULL, PRIMARY KEY (generation, sink, offset)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER forgetRedeemed AFTER DELETE ON generations BEGIN
  DELETE FROM redeemed WHERE generation = OLD.id;
END;
`,
  `
ALTER TABLE generations ADD COLUMN config INTEGER;
UPDATE generations SET config = (SELECT config FROM blocks WHERE generation = generations.id ORDER BY seq DESC LIMIT 1);
`,
  `
ALTER TABLE generations ADD COLUMN named TEXT;
UPDATE generations SET named = path;
`,
  // Before, they were counted as delivered.
  `
ALTER TABLE accounts ADD COLUMN leftOut INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN leftOutBytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pastAccounts ADD COLUMN leftOut INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pastAccounts ADD COLUMN leftOutBytes INTEGER NOT NULL DEFAULT 0;
DROP TRIGGER forget;
CREATE TRIGGER forget AFTER DELETE ON generations BEGIN
  INSERT INTO past VALUES (OLD.source, 1, OLD.lines, OLD.unparsed, OLD.bytes, OLD.skipped)
  ON CONFLICT (source) DO UPDATE SET files = files + 1, lines = lines + excluded.lines,
    unparsed = unparsed + excluded.unparsed, bytes = bytes + excluded.bytes, skipped = skipped + excluded.skipped;
  INSERT INTO pastAccounts (source, sink, routed, routedBytes, delivered, deliveredBytes, leftOut, leftOutBytes, dead, deadBytes, dropped, droppedBytes)
  SELECT OLD.source, sink, routed, routedBytes, delivered, deliveredBytes, leftOut, leftOutBytes, dead, deadBytes, dropped, droppedBytes
  FROM accounts WHERE generation = OLD.id
  ON CONFLICT (source, sink) DO UPDATE SET
    routed = routed + excluded.routed, routedBytes = routedBytes + excluded.routedBytes,
    delivered = delivered + excluded.delivered, deliveredBytes = deliveredBytes + excluded.deliveredBytes,
    leftOut = leftOut + excluded.leftOut, leftOutBytes = leftOutBytes + excluded.leftOutBytes,
    dead = dead + excluded.dead, deadBytes = deadBytes + excluded.deadBytes,
    dropped = dropped + excluded.dropped, droppedBytes = droppedBytes + excluded.droppedBytes;
  DELETE FROM accounts WHERE generation = OLD.id;
END;
`,
  `
CREATE TABLE notes (source TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
`,
  `
CREATE TABLE drops (
  second INTEGER NOT NULL, source TEXT NOT NULL, sink TEXT NOT NULL, time INTEGER NOT NULL, lines INTEGER NOT NULL,
  PRIMARY KEY (second, source, sink)
) STRICT, WITHOUT ROWID;
`,
];

/**
 * Opens (or makes) `spool.db` in a folder: blocks, checkpoints and cursors in one file, because they must
 * change in one transaction. WAL with synchronous NORMAL survives a kill at any instant; a power cut may
 * take back the last commits, whole, which a re-read of the files makes good.
 */
export function openSpoolDatabase(dataDir: string): DatabaseSync {
  makeFolder(dataDir);
  const file = join(dataDir, "spool.db");
  const db = openDatabase(file);
  db.exec(
    "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;",
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

/**
 * The end of a sentence that says what to do about a write that failed, by the primary result code of SQLite
 * (https://www.sqlite.org/rescode.html).
 */
export function cureOf(error: unknown): string {
  const { errcode } = error as { readonly errcode?: unknown };
  const safe = ", nothing is lost";
  switch (typeof errcode === "number" ? errcode & 0xff : undefined) {
    case 13:
      return `${safe}; free disk space`;
    case 5:
    case 6:
      return `${safe}; another program holds its database: end that`;
    case 3:
    case 8:
    case 14:
      return `${safe}; allow this user to write in its folder`;
    case 11:
    case 26:
      return "; its database is damaged: stop Log Monitor and move the data folder away to begin anew, or set dataDir to another folder";
    case 10:
      return `${safe}; the disk fails: look at the system's log`;
    default:
      return `${safe}; free disk space or check the folder's permissions`;
  }
}

/** A full disk may have rolled back already, which makes this fail: either way none of it stands. */
export function rollBack(db: DatabaseSync): void {
  try {
    db.exec("ROLLBACK");
  } catch {
    // Nothing was left to roll back.
  }
}
