import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { openBlock, type Packed } from "./block.ts";
import { entries, openReadOnly } from "./reader.ts";
import { type Rows, rowsOf } from "./rows.ts";
import { filesOf, type SegmentFile } from "./runs.ts";
import { OFFSETS, segmentNames } from "./schema.ts";
import { readTail } from "./tail.ts";

/** Blocks that stay open for pages, which are read near each other. */
const OPEN = 16;
/** So many bytes of what searches look at stay unpacked, of the newest blocks: the next key is searched for there too. */
const KEPT = 256 << 20;

/** Records of one file that stand together: a block, or what waits for one. Never changes under its name. */
export interface Part {
  readonly name: string;
  /** Number of the segment. */
  readonly segment: number;
  readonly file: SegmentFile;
  readonly minTime: number;
  readonly maxTime: number;
  readonly records: number;
  /** Whether all its records have come that ever will. */
  readonly whole: boolean;
}

/** All parts of a store, as a writer of this or another process adds to it and drops from it. */
export interface Shelf {
  /** Whether something may have changed since `parts` was asked last. Costs next to nothing. */
  changed(): boolean;
  /** Those that are there now. A part that is there still is the same object. */
  parts(): readonly Part[];
  /**
   * Reads a part; undefined when it has gone. Throws on damaged data.
   * @param scanned a search goes through all of them
   */
  open(part: Part, scanned?: boolean): Rows | undefined;
  close(): void;
}

interface Segment {
  readonly number: number;
  readonly db: DatabaseSync;
  readonly version: () => number;
  /** The version at which `parts` was read. */
  seen: number;
  parts: readonly Part[];
}

/** @param dataDir a data folder, whose store need not exist yet */
export function openShelf(dataDir: string): Shelf {
  const folder = join(dataDir, "store");
  const segments = new Map<string, Segment>();
  /** What waits for a block, as it was when it was listed: it would be another thing a moment later. */
  const tails = new Map<Part, Rows>();
  /** For pages, least lately used first; and for searches. */
  const opened = new Map<Part, Rows>();
  const kept = new Map<Part, Rows>();
  let names: readonly string[] = [];

  const look = (): boolean => {
    const now = segmentNames(entries(folder));
    let differs = now.length !== names.length || now.some((name, i) => name !== names[i]);
    names = now;
    for (const [name, segment] of segments) {
      if (now.includes(name)) continue;
      segment.db.close();
      segments.delete(name);
      for (const part of segment.parts) forget(part);
    }
    for (const name of now) {
      if (segments.has(name)) continue;
      const db = openReadOnly(join(folder, name));
      if (!db) continue;
      const version = db.prepare("PRAGMA data_version");
      segments.set(name, {
        number: Number(name.slice(0, 8)),
        db,
        version: () => Number(version.get()?.data_version),
        seen: Number.NaN,
        parts: [],
      });
      differs = true;
    }
    return differs;
  };

  const forget = (part: Part): void => {
    tails.delete(part);
    opened.delete(part);
    kept.delete(part);
  };

  const read = (part: Part): Rows | undefined => {
    const [number = "", id] = part.name.split(":");
    const { db } = segments.get(`${number.padStart(8, "0")}.db`) ?? {};
    const packed = db?.prepare("SELECT heads, texts, rest FROM blocks WHERE id = ?").get(Number(id));
    return packed && openBlock(packed as unknown as Packed);
  };

  /** Keeps what was unpacked as long as there is room, which is for the newest. */
  const keep = (part: Part, rows: Rows): void => {
    let size = 0;
    let oldest = part;
    for (const [other, its] of kept) {
      size += its.size;
      if (other.maxTime < oldest.maxTime) oldest = other;
    }
    if (size < KEPT) kept.set(part, rows);
    else if (oldest !== part) {
      kept.delete(oldest);
      kept.set(part, rows);
    }
  };

  const list = (segment: Segment): void => {
    const { db, number } = segment;
    // The version first: what is written in between is read again.
    const seen = segment.version();
    const known = new Map(segment.parts.map((part) => [part.name, part]));
    const files = filesOf(db);
    const found: Part[] = [];
    const partOf = (row: Record<string, unknown>, serial: number, name: string, whole: boolean): Part => {
      const part = known.get(name) ?? {
        name,
        segment: number,
        file: files.get(serial) ?? { source: "", path: "", key: "", base: 0 },
        minTime: Number(row.minTime),
        maxTime: Number(row.maxTime),
        records: Number(row.records),
        whole,
      };
      known.delete(name);
      found.push(part);
      return part;
    };
    // One read of both: what waited may become a block between two.
    db.exec("BEGIN");
    try {
      for (const row of db.prepare("SELECT id, minTime, maxTime, records FROM blocks").all())
        partOf(row, Math.floor(Number(row.id) / OFFSETS), `${number}:${row.id}`, true);
      const rowsIn = readTail(db);
      const waiting = db.prepare(
        `SELECT id / ${OFFSETS} AS serial, min(time) AS minTime, max(time) AS maxTime, count(*) AS records,
         max(id) AS last FROM rows GROUP BY 1`,
      );
      for (const row of waiting.all()) {
        const serial = Number(row.serial);
        const part = partOf(row, serial, `${number}:${serial}:${row.records}:${row.last}`, false);
        const start = serial * OFFSETS;
        if (!tails.has(part)) tails.set(part, rowsOf(rowsIn(serial, start), start));
      }
    } finally {
      db.exec("COMMIT");
    }
    for (const gone of known.values()) forget(gone);
    segment.parts = found;
    segment.seen = seen;
  };

  return {
    changed: () => look() || [...segments.values()].some((segment) => segment.version() !== segment.seen),
    parts() {
      look();
      for (const segment of segments.values()) if (segment.version() !== segment.seen) list(segment);
      return names.flatMap((name) => segments.get(name)?.parts ?? []);
    },
    open(part, scanned = false) {
      const had = tails.get(part) ?? kept.get(part) ?? opened.get(part);
      const rows = had ?? (part.whole ? read(part) : undefined);
      if (!rows || tails.has(part)) return rows;
      if (scanned) {
        if (!kept.has(part)) keep(part, rows);
        return rows;
      }
      opened.delete(part);
      opened.set(part, rows);
      const [oldest] = opened.keys();
      if (oldest && opened.size > OPEN) opened.delete(oldest);
      return rows;
    },
    close() {
      for (const { db } of segments.values()) db.close();
      segments.clear();
      tails.clear();
      opened.clear();
      kept.clear();
      names = [];
    },
  };
}
