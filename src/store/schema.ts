/** Raised by one whenever the tables change; segments of another version are not read. */
export const VERSION = 1;

/** A row's id is serial · 2^40 + offset, so 2^13 serials are what a double holds exactly. */
export const OFFSETS = 2 ** 40;
export const MAX_SERIAL = 8191;

/**
 * One segment. `files` gives a serial to each run of 2^40 offsets of one origin (`base` is where the run
 * begins; 0 but for logs above 1 TiB); `high` is the largest offset written. `rows` keep `message` and
 * `error` null when they say nothing, and `level` as its place in LEVELS. `spans` cover runs of a few
 * thousand rows of one serial with their least and greatest time: what an index on time would give a
 * search, at a thousandth of its cost to the writer.
 */
export const TABLES = `
CREATE TABLE segment (
  created INTEGER NOT NULL, written INTEGER NOT NULL, records INTEGER NOT NULL, minTime INTEGER, maxTime INTEGER
) STRICT;
CREATE TABLE files (
  serial INTEGER PRIMARY KEY, key TEXT NOT NULL, base INTEGER NOT NULL, source TEXT NOT NULL, path TEXT NOT NULL,
  high INTEGER NOT NULL
) STRICT;
CREATE TABLE rows (
  id INTEGER PRIMARY KEY, time INTEGER, nanos INTEGER, level INTEGER, status INTEGER, message TEXT, raw TEXT,
  fields TEXT, error TEXT
);
CREATE TABLE spans (
  id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, minTime INTEGER NOT NULL,
  maxTime INTEGER NOT NULL, records INTEGER NOT NULL
) STRICT;
`;

/** Files of a store folder that are segments, oldest first. */
export function segmentNames(entries: readonly string[]): string[] {
  return entries.filter((name) => /^\d{8}\.db$/.test(name)).sort();
}
