import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { LEVELS, type LogRecord, type Origin } from "../model.ts";
import { MAX_SERIAL, OFFSETS, TABLES, VERSION } from "./schema.ts";
import { statusOf } from "./status.ts";
import { transact } from "./transaction.ts";

/** Rows of one INSERT: fewer trips through the binding; more than this gains nothing. */
const ROWS = 16;
const COLUMNS = 9;
/** A span is closed when it has this many rows: a search reads at least one span. */
const SPAN = 4096;

interface Place {
  readonly serial: number;
  readonly base: number;
  high: number;
  span: Span | undefined;
}
interface Span {
  readonly id: number;
  readonly first: number;
  last: number;
  minTime: number;
  maxTime: number;
  records: number;
}

/** The segment that is written to. */
export interface Segment {
  /** When it was made, ms since the epoch. */
  readonly created: number;
  /** The largest offset of each origin that this segment holds, by the origin's key. */
  marks(): Map<string, number>;
  /**
   * Writes records in one transaction, in order; those at or below their origin's mark are skipped. When
   * it throws nothing was written, `marks` is as it was, and the segment must be closed and opened again.
   * @param marks largest offset written of each origin, in all segments; brought up to date.
   * @param from index of the first record to write.
   * @returns how many records are new, and the index of the first record that found no serial left
   *   (`records.length` when all were taken): the rest belongs into a new segment.
   */
  write(records: readonly LogRecord[], marks: Map<string, number>, from: number, now: number): Written;
  bytes(): number;
  close(): void;
}
export interface Written {
  readonly added: number;
  readonly next: number;
}

/**
 * Opens or makes a segment. Throws what SQLite throws; for a file of another version, an Error.
 * WAL with synchronous NORMAL: a kill at any instant loses no committed write.
 */
export function openSegment(file: string, now: number): Segment {
  const db = new DatabaseSync(file);
  try {
    return segmentOn(db, now);
  } catch (error) {
    db.close();
    throw error;
  }
}

function segmentOn(db: DatabaseSync, now: number): Segment {
  db.exec(`PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    PRAGMA busy_timeout = 2000; PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -16000;`);
  const version = Number(db.prepare("PRAGMA user_version").get()?.user_version);
  if (version === 0) {
    db.exec(`BEGIN; ${TABLES} INSERT INTO segment VALUES (${now}, ${now}, 0, NULL, NULL);
      PRAGMA user_version = ${VERSION}; COMMIT;`);
  } else if (version !== VERSION) {
    throw new Error(`written by another version (format ${version}, this one writes ${VERSION})`);
  }
  const row = `(${Array(COLUMNS).fill("?").join(",")})`;
  const insert = db.prepare(`INSERT OR IGNORE INTO rows VALUES ${row}`);
  const insertMany = db.prepare(`INSERT OR IGNORE INTO rows VALUES ${Array(ROWS).fill(row).join(",")}`);
  const insertFile = db.prepare("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)");
  const updateHigh = db.prepare("UPDATE files SET high = ? WHERE serial = ?");
  const saveSpan = db.prepare("INSERT OR REPLACE INTO spans VALUES (?, ?, ?, ?, ?, ?)");
  const addRecords = db.prepare(
    `UPDATE segment SET written = ?, records = records + ?, minTime = min(coalesce(minTime, ?), ?),
     maxTime = max(coalesce(maxTime, ?), ?)`,
  );
  const pages = db.prepare("SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size");

  const places = new Map<string, Place>();
  let serials = 0;
  for (const { serial, key, base, high } of db.prepare("SELECT * FROM files").all()) {
    const place = { serial: Number(serial), base: Number(base), high: Number(high), span: undefined };
    places.set(placeKey(String(key), place.base), place);
    serials = Math.max(serials, place.serial);
  }
  let spans = Number(db.prepare("SELECT max(id) AS id FROM spans").get()?.id ?? 0);
  const created = Number(db.prepare("SELECT created FROM segment").get()?.created);
  const values: SQLInputValue[] = Array(ROWS * COLUMNS).fill(null);

  function placeOf(origin: Origin, offset: number): Place | undefined {
    const base = offset < OFFSETS ? 0 : Math.floor(offset / OFFSETS) * OFFSETS;
    const key = placeKey(origin.key, base);
    let place = places.get(key);
    if (!place) {
      if (serials >= MAX_SERIAL) return undefined;
      place = { serial: ++serials, base, high: -1, span: undefined };
      places.set(key, place);
      insertFile.run(place.serial, origin.key, base, origin.source, origin.file, -1);
    }
    return place;
  }

  function insertAll(
    records: readonly LogRecord[],
    marks: Map<string, number>,
    news: Map<string, number>,
    from: number,
    now: number,
  ): Written {
    const changed = new Set<Place>();
    const touched = new Set<Span>();
    let origin: Origin | undefined;
    let mark = -1;
    let place: Place | undefined;
    let latest: Span | undefined;
    let fill = 0;
    let added = 0;
    let minTime = Number.POSITIVE_INFINITY;
    let maxTime = Number.NEGATIVE_INFINITY;
    let next = from;
    for (; next < records.length; next++) {
      const record = records[next] as LogRecord;
      const { offset, time } = record;
      if (record.origin !== origin) {
        if (origin) news.set(origin.key, mark);
        origin = record.origin;
        mark = news.get(origin.key) ?? marks.get(origin.key) ?? -1;
        place = undefined;
      }
      if (offset <= mark) continue;
      if (!place || offset - place.base >= OFFSETS) {
        place = placeOf(origin, offset);
        if (!place) break;
        changed.add(place);
      }
      mark = offset;
      place.high = offset;
      const id = place.serial * OFFSETS + (offset - place.base);
      let span = place.span;
      if (span === undefined || span.records >= SPAN) {
        span = { id: ++spans, first: id, last: id, minTime: time, maxTime: time, records: 0 };
        place.span = span;
      }
      if (span !== latest) {
        latest = span;
        touched.add(span);
      }
      span.last = id;
      span.records++;
      if (time < span.minTime) span.minTime = time;
      if (time > span.maxTime) span.maxTime = time;
      if (time < minTime) minTime = time;
      if (time > maxTime) maxTime = time;
      const { level, message, raw, error } = record;
      values[fill++] = id;
      values[fill++] = time;
      values[fill++] = record.nanos;
      values[fill++] = level === undefined ? null : LEVELS.indexOf(level);
      values[fill++] = statusOf(record.fields);
      values[fill++] = message === raw ? null : text(message);
      values[fill++] = text(raw);
      values[fill++] = JSON.stringify(record.fields);
      values[fill++] = error === undefined ? null : error;
      if (fill === values.length) {
        insertMany.run(...values);
        fill = 0;
      }
      added++;
    }
    for (let at = 0; at < fill; at += COLUMNS) insert.run(...values.slice(at, at + COLUMNS));
    if (origin) news.set(origin.key, mark);
    for (const place of changed) updateHigh.run(place.high, place.serial);
    for (const { id, first, last, minTime, maxTime, records } of touched) {
      saveSpan.run(id, first, last, minTime, maxTime, records);
    }
    if (added > 0) addRecords.run(now, added, minTime, minTime, maxTime, maxTime);
    return { added, next };
  }

  return {
    created,
    marks() {
      const marks = new Map<string, number>();
      for (const [key, { high }] of places) {
        const name = key.slice(0, key.indexOf("\n"));
        marks.set(name, Math.max(high, marks.get(name) ?? -1));
      }
      return marks;
    },
    write(records, marks, from, now) {
      const news = new Map<string, number>();
      const written = transact(db, () => insertAll(records, marks, news, from, now));
      for (const [key, high] of news) marks.set(key, high);
      return written;
    },
    bytes: () => Number(pages.get()?.bytes),
    close: () => db.close(),
  };
}

const placeKey = (key: string, base: number) => `${key}\n${base}`;

/** SQLite's text functions (and older Nodes) stop at a NUL; holes in copied logs read as runs of them. */
const text = (value: string) => (value.includes("\0") ? value.replaceAll("\0", "\u2400") : value);
