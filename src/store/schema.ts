/** Raised by one whenever the tables change; segments of another version are not read. */
export const VERSION = 2;

/** A store of fewer bytes could keep no run of records whole. */
export const LEAST_STORE = "1MB";

/** A row's id is serial · 2^40 + offset, so 2^13 serials are what a double holds exactly. */
export const OFFSETS = 2 ** 40;
export const MAX_SERIAL = 8191;

/**
 * One segment. `files` gives a serial to each run of 2^40 offsets of one origin (`base` is where the run
 * begins; 0 but for logs above 1 TiB); `high` is the largest offset written. `blocks` hold the records of one
 * serial, hundreds together (see block.ts); `id` is the first one's, `last` the last one's. What is too little
 * for a block waits in `rows`, `body` being [line, message, fields, error]. The index is all that a search
 * reads of the blocks out of its range of time.
 */
export const TABLES = `
CREATE TABLE segment (
  created INTEGER NOT NULL, written INTEGER NOT NULL, records INTEGER NOT NULL, minTime INTEGER, maxTime INTEGER
) STRICT;
CREATE TABLE files (
  serial INTEGER PRIMARY KEY, key TEXT NOT NULL, base INTEGER NOT NULL, source TEXT NOT NULL, path TEXT NOT NULL,
  high INTEGER NOT NULL
) STRICT;
CREATE TABLE blocks (
  id INTEGER PRIMARY KEY, last INTEGER NOT NULL, records INTEGER NOT NULL, minTime INTEGER NOT NULL,
  maxTime INTEGER NOT NULL, heads BLOB NOT NULL, texts BLOB NOT NULL, rest BLOB NOT NULL
) STRICT;
CREATE INDEX times ON blocks (minTime, maxTime, records);
CREATE TABLE rows (
  id INTEGER PRIMARY KEY, time INTEGER NOT NULL, nanos INTEGER NOT NULL, level INTEGER, status INTEGER,
  body TEXT NOT NULL
) STRICT;
`;

/**
 * Counts of each block by level and status (see cells.ts). Segments written before there were any lack the table;
 * what they hold is looked at instead.
 */
export const CELLS = "CREATE TABLE IF NOT EXISTS cells (id INTEGER PRIMARY KEY, cells BLOB NOT NULL) STRICT";

/** @param number counts from 1 */
export const segmentName = (number: number): string => `${String(number).padStart(8, "0")}.db`;

/** Files of a store folder that are segments, oldest first. */
export function segmentNames(entries: readonly string[]): string[] {
  return entries.filter((name) => /^\d{8}\.db$/.test(name)).sort();
}
