import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { createBlockReader } from "./blocks.ts";
import { type Cell, readCells } from "./cells.ts";
import { type Extent, lastIds } from "./extent.ts";
import { entries, openReadOnly } from "./reader.ts";
import { type Removed, readRemoved } from "./removed.ts";
import { type Rows, rowsOf } from "./rows.ts";
import { filesOf, type SegmentFile } from "./runs.ts";
import { OFFSETS, segmentName, segmentNames } from "./schema.ts";
import { readTail } from "./tail.ts";
import { createKept } from "./window-kept.ts";

/** Blocks that stay open for pages, which are read near each other. */
const OPEN = 16;

/** Records of one file that stand together: a block, or what waits for one. Never changes under its name. */
export interface Part {
  readonly name: string;
  /** Number of the segment. */
  readonly segment: number;
  readonly file: SegmentFile;
  readonly minTime: number;
  readonly maxTime: number;
  /** Ids of its first and last record; between them they rise with its places. */
  readonly first: number;
  readonly last: number;
  readonly records: number;
  /** Its records by level and status; undefined where that is not known. */
  readonly cells: readonly Cell[] | undefined;
  /** Whether all its records have come that ever will. */
  readonly whole: boolean;
}

/** All parts of a store, as a writer of this or another process adds to it and drops from it. */
export interface Shelf {
  readonly dataDir: string;
  /** Whether something may have changed since `parts` was asked last. Costs next to nothing. */
  changed(): boolean;
  /** Rises whenever `parts` became others, whoever asked for them. */
  revision(): number;
  /** Those that are there now. A part that is there still is the same object. */
  parts(): readonly Part[];
  /** Up to where `parts` told last. */
  extent(): Extent;
  /** Reads a part for a page; undefined when it has gone. Throws on damaged data. */
  open(part: Part): Rows | undefined;
  /** Reads a part for a search, which looks at it with `use`; what that has unpacked stays if there is room. */
  scan<Result>(part: Part, use: (rows: Rows) => Result): Result | undefined;
  /** What of a part is in memory, for searches; undefined: nothing is. */
  inMemory(part: Part): Rows | undefined;
  /** Unpacks the lines of a part, for searches to come; false when there is no room, or nothing to do. */
  warm(part: Part): boolean;
  /** Whether a part is still there. */
  has(part: Part): boolean;
  /** Whether a part went with its segment, as was noticed by `changed` or `parts`. Not one that became a block. */
  dropped(part: Part): boolean;
  /** As `open`, but what is unpacked of it is not kept. */
  peek(part: Part): Rows | undefined;
  /** Records that were dropped from the store so far, to make room or for their age. */
  removed(): Pick<Removed, "records" | "aged">;
  close(): void;
}

interface Segment {
  readonly number: number;
  readonly db: DatabaseSync;
  /** See createBlockReader. */
  readonly block: (id: number) => Rows;
  readonly version: () => number;
  /** The version at which `parts` was read. */
  seen: number;
  parts: readonly Part[];
  last: ReadonlyMap<number, number>;
}

/** Throws where a part is damaged or has gone, so that this is not noticed in the middle of a page. */
function sound(rows: Rows): Rows {
  void rows.count;
  return rows;
}

/** The id of the block that a whole part is. */
export const blockOf = ({ name }: Part): number => Number(name.slice(name.indexOf(":") + 1));

/** @param dataDir a data folder, whose store need not exist yet */
export function openShelf(dataDir: string): Shelf {
  const folder = join(dataDir, "store");
  const segments = new Map<string, Segment>();
  /**
   * What waits for a block, as it was when it was listed: it would be another thing a moment later. A view that is
   * paused shows it for as long as it likes.
   */
  const tails = new WeakMap<Part, Rows>();
  /** For pages, least lately used first; and for searches. */
  const opened = new Map<Part, Rows>();
  const kept = createKept();
  const noted = new Set<Part>();
  let names: readonly string[] = [];
  let revision = 0;

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
        block: createBlockReader(db),
        version: () => Number(version.get()?.data_version),
        seen: Number.NaN,
        parts: [],
        last: new Map(),
      });
      differs = true;
    }
    if (differs) revision++;
    return differs;
  };

  const forget = (part: Part): void => {
    opened.delete(part);
    kept.drop(part);
  };

  const segmentOf = (part: Part) => segments.get(segmentName(part.segment));

  const read = (part: Part): Rows | undefined => segmentOf(part)?.block(blockOf(part));

  /** A page unpacks more of what is kept, after it was handed out. */
  const note = (part: Part): void => {
    noted.add(part);
    if (noted.size <= OPEN) return;
    for (const one of noted) {
      const rows = kept.get(one);
      if (rows) kept.keep(one, rows);
    }
    noted.clear();
  };

  const list = (segment: Segment): void => {
    const { db, number } = segment;
    // The version first: what is written in between is read again.
    const seen = segment.version();
    const known = new Map(segment.parts.map((part) => [part.name, part]));
    const files = filesOf(db);
    const counted = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'cells'").get();
    const cells = counted && db.prepare("SELECT cells FROM cells WHERE id = ?");
    const cellsOf = (id: unknown): readonly Cell[] | undefined => {
      const bytes = cells?.get(Number(id))?.cells;
      return bytes instanceof Uint8Array ? readCells(bytes) : undefined;
    };
    const found: Part[] = [];
    const partOf = (row: Record<string, unknown>, serial: number, name: string, whole: boolean): Part => {
      const part = known.get(name) ?? {
        name,
        segment: number,
        file: files.get(serial) ?? { source: "", path: "", key: "", base: 0 },
        minTime: Number(row.minTime),
        maxTime: Number(row.maxTime),
        first: Number(row.id),
        last: Number(row.last),
        records: Number(row.records),
        cells: whole ? cellsOf(row.id) : undefined,
        whole,
      };
      known.delete(name);
      found.push(part);
      return part;
    };
    // One read of both: what waited may become a block between two.
    db.exec("BEGIN");
    try {
      segment.last = lastIds(db);
      for (const row of db.prepare("SELECT id, last, minTime, maxTime, records FROM blocks").all())
        partOf(row, Math.floor(Number(row.id) / OFFSETS), `${number}:${row.id}`, true);
      const rowsIn = readTail(db);
      const waiting = db.prepare(
        `SELECT id / ${OFFSETS} AS serial, min(time) AS minTime, max(time) AS maxTime, count(*) AS records,
         min(id) AS id, max(id) AS last FROM rows GROUP BY 1`,
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
    revision++;
  };

  return {
    dataDir,
    changed: () => look() || [...segments.values()].some((segment) => segment.version() !== segment.seen),
    revision: () => revision,
    parts() {
      look();
      for (const segment of segments.values()) if (segment.version() !== segment.seen) list(segment);
      return names.flatMap((name) => segments.get(name)?.parts ?? []);
    },
    extent: () => new Map([...segments.values()].map(({ number, last }) => [number, last])),
    open(part) {
      const had = tails.get(part) ?? kept.get(part);
      if (had) {
        if (part.whole) note(part);
        return sound(had);
      }
      const rows = opened.get(part) ?? (part.whole ? read(part) : undefined);
      if (!rows) return undefined;
      sound(rows);
      opened.delete(part);
      opened.set(part, rows);
      const [oldest] = opened.keys();
      if (oldest && opened.size > OPEN) opened.delete(oldest);
      return rows;
    },
    scan(part, use) {
      const waiting = tails.get(part);
      if (waiting) return use(waiting);
      const rows = kept.get(part) ?? opened.get(part) ?? (part.whole ? read(part) : undefined);
      if (!rows) return undefined;
      const result = use(rows);
      kept.keep(part, rows);
      return result;
    },
    inMemory: (part) => tails.get(part) ?? kept.get(part),
    warm(part) {
      if (!part.whole || !kept.roomFor(part)) return false;
      // What its counts told of was not even read yet.
      const rows = kept.get(part) ?? read(part);
      if (!rows || rows.unpacked > 0) return false;
      // Where each line ends, too: with that comes all that what matches is counted by.
      void rows.lines?.ends;
      kept.keep(part, rows);
      return true;
    },
    has: (part) => tails.has(part) || (segmentOf(part)?.parts.includes(part) ?? false),
    dropped: (part) => segmentOf(part) === undefined,
    peek(part) {
      const rows = tails.get(part) ?? (part.whole ? read(part) : undefined);
      return rows && sound(rows);
    },
    removed: () => readRemoved(folder),
    close() {
      for (const { db } of segments.values()) db.close();
      segments.clear();
      opened.clear();
      noted.clear();
      kept.clear();
      names = [];
    },
  };
}
