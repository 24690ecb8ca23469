import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../lib/database.ts";
import type { FramePacker } from "../lib/packer.ts";
import type { LogRecord, Origin } from "../model.ts";
import { type Block, blocksOf } from "./block.ts";
import type { Row } from "./rows.ts";
import { CELLS, MAX_SERIAL, OFFSETS, TABLES, VERSION } from "./schema.ts";
import { createTail } from "./tail.ts";
import { transact } from "./transaction.ts";

/** Fewer rows than this of one file wait for others before they become a block. */
const FEW = 256;
/** So many characters make a block worth while, however few the rows. */
const MUCH = 64 * 1024;

/** The size of a database in `bytes`, wherever its pages are. */
export const PAGES = "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size";

interface Place {
  readonly serial: number;
  readonly base: number;
  readonly origin: Origin | undefined;
  high: number;
  /** Rows that wait for a block. */
  waiting: number;
}

/** The segment that is written to. */
export interface Segment {
  /** When it was made, ms since the epoch. */
  readonly created: number;
  /** The largest offset of each origin that this segment holds, by the origin's key. */
  marks(): Map<string, number>;
  /**
   * Writes records in one transaction, in order; those at or below their origin's mark are skipped. One call
   * at a time. When it rejects nothing was written, `marks` is as it was, and the segment must be closed and
   * opened again.
   * @param marks largest offset written of each origin, in all segments; brought up to date.
   * @param from index of the first record to write.
   * @returns how many records are new, and the index of the first record that found no serial left
   *   (`records.length` when all were taken): the rest belongs into a new segment.
   */
  write(
    records: readonly LogRecord[],
    marks: Map<string, number>,
    from: number,
    now: number,
  ): Promise<Written>;
  bytes(): number;
  close(): void;
}
export interface Written {
  readonly added: number;
  readonly next: number;
}

/** What one write adds of one file. */
interface Part {
  readonly place: Place;
  readonly rows: Row[];
}

/**
 * Opens or makes a segment. Throws what SQLite throws; for a file of another version, an Error.
 * WAL with synchronous NORMAL: a kill at any instant loses no committed write.
 */
export function openSegment(file: string, packer: FramePacker, now: number): Segment {
  const db = openDatabase(file);
  try {
    return segmentOn(db, packer, now);
  } catch (error) {
    db.close();
    throw error;
  }
}

function segmentOn(db: DatabaseSync, packer: FramePacker, now: number): Segment {
  db.exec(`PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -16000;`);
  const version = Number(db.prepare("PRAGMA user_version").get()?.user_version);
  if (version === 0) {
    db.exec(`BEGIN; ${TABLES} INSERT INTO segment VALUES (${now}, ${now}, 0, NULL, NULL);
      PRAGMA user_version = ${VERSION}; COMMIT;`);
  } else if (version !== VERSION) {
    throw new Error(`written by another version (format ${version}, this one writes ${VERSION})`);
  }
  db.exec(CELLS);
  const insertCells = db.prepare("INSERT INTO cells VALUES (?, ?)");
  const insertBlock = db.prepare("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const saveFile = db.prepare(
    "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET high = excluded.high",
  );
  const raiseFile = db.prepare("UPDATE files SET high = ? WHERE serial = ?");
  const addRecords = db.prepare(
    `UPDATE segment SET written = ?, records = records + ?, minTime = min(coalesce(minTime, ?), ?),
     maxTime = max(coalesce(maxTime, ?), ?)`,
  );
  const pages = db.prepare(PAGES);
  const tail = createTail(db);

  const places = new Map<string, Place>();
  let serials = 0;
  const waiting = tail.counts();
  for (const { serial, key, base, source, high } of db.prepare("SELECT * FROM files").all()) {
    const number = Number(serial);
    const place = {
      serial: number,
      base: Number(base),
      origin: undefined,
      high: Number(high),
      waiting: waiting.get(number) ?? 0,
    };
    places.set(placeKey({ key: String(key), source: String(source) }, place.base), place);
    serials = Math.max(serials, number);
  }
  const created = Number(db.prepare("SELECT created FROM segment").get()?.created);

  function placeOf(origin: Origin, offset: number): Place | undefined {
    const base = offset < OFFSETS ? 0 : Math.floor(offset / OFFSETS) * OFFSETS;
    const key = placeKey(origin, base);
    let place = places.get(key);
    if (!place) {
      if (serials >= MAX_SERIAL) return undefined;
      place = { serial: ++serials, base, origin, high: -1, waiting: 0 };
      places.set(key, place);
    }
    return place;
  }

  /** The new ones among records, by file; takes note of the marks they raise. */
  function sort(
    records: readonly LogRecord[],
    from: number,
    marks: ReadonlyMap<string, number>,
    raised: Map<string, number>,
  ): { readonly parts: readonly Part[]; readonly next: number } {
    const parts = new Map<Place, Part>();
    let origin: Origin | undefined;
    let mark = -1;
    let part: Part | undefined;
    let next = from;
    for (; next < records.length; next++) {
      const record = records[next] as LogRecord;
      const { offset } = record;
      if (record.origin !== origin) {
        if (origin) raised.set(origin.key, mark);
        origin = record.origin;
        mark = raised.get(origin.key) ?? marks.get(origin.key) ?? -1;
        part = undefined;
      }
      if (offset <= mark) continue;
      if (!part || offset - part.place.base >= OFFSETS) {
        const place = placeOf(origin, offset);
        if (!place) break;
        part = parts.get(place) ?? { place, rows: [] };
        parts.set(place, part);
      }
      mark = offset;
      part.place.high = offset;
      part.rows.push(record);
    }
    if (origin) raised.set(origin.key, mark);
    return { parts: [...parts.values()], next };
  }

  /** What becomes blocks of a part, rows that waited before it, and what waits from now on. */
  function cut({ place, rows }: Part): { readonly blocks: readonly Block[]; readonly left: readonly Row[] } {
    if (place.waiting + rows.length < FEW && rows.reduce((sum, { raw }) => sum + raw.length, 0) < MUCH)
      return { blocks: [], left: rows };
    const all = place.waiting > 0 ? [...tail.read(place.serial, startOf(place)), ...rows] : rows;
    const blocks = blocksOf(all, startOf(place));
    const last = blocks.at(-1);
    if (!last || blocks.length === 1 || last.records >= FEW) return { blocks, left: [] };
    return { blocks: blocks.slice(0, -1), left: all.slice(-last.records) };
  }

  async function pack(part: Part) {
    const { blocks, left } = cut(part);
    const packed = blocks.map(async (block) => {
      const [texts, rest] = await Promise.all([packer.pack(block.texts), packer.pack(block.rest)]);
      return { ...block, texts, rest };
    });
    return { place: part.place, left, blocks: await Promise.all(packed) };
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
    async write(records, marks, from, now) {
      const raised = new Map<string, number>();
      const { parts, next } = sort(records, from, marks, raised);
      const works = await Promise.all(parts.map(pack));
      let added = 0;
      let minTime = Number.POSITIVE_INFINITY;
      let maxTime = Number.NEGATIVE_INFINITY;
      for (const { rows } of parts) {
        added += rows.length;
        for (const { time } of rows) {
          if (time < minTime) minTime = time;
          if (time > maxTime) maxTime = time;
        }
      }
      if (added > 0) {
        transact(db, () => {
          for (const { place, blocks, left } of works) {
            const { serial, base, origin, high } = place;
            if (origin) saveFile.run(serial, origin.key, base, origin.source, origin.file, high);
            else raiseFile.run(high, serial);
            if (blocks.length > 0 && place.waiting > 0) tail.remove(serial);
            for (const { first, last, records, minTime, maxTime, cells, heads, texts, rest } of blocks) {
              insertBlock.run(first, last, records, minTime, maxTime, heads, texts, rest);
              if (cells.length > 0) insertCells.run(first, cells);
            }
            tail.insert(left, startOf(place));
            place.waiting = blocks.length > 0 ? left.length : place.waiting + left.length;
          }
          addRecords.run(now, added, minTime, minTime, maxTime, maxTime);
        });
      }
      for (const [key, high] of raised) marks.set(key, high);
      return { added, next };
    },
    bytes: () => Number(pages.get()?.bytes),
    close() {
      // Closing does this itself unless a reader has the file open; this waits for none.
      try {
        db.exec("PRAGMA wal_checkpoint(PASSIVE)");
      } catch {
        // On a full or broken disk the pages stay where they are, and are read from there.
      }
      db.close();
    },
  };
}

/** A partition keeps its key when its source gets another id: its records are each source's own. */
const placeKey = ({ key, source }: Pick<Origin, "key" | "source">, base: number) =>
  `${key}\n${base}\n${source}`;

const startOf = ({ serial, base }: Place) => serial * OFFSETS - base;
