import type { DatabaseSync } from "node:sqlite";
import { UserError } from "../errors.ts";
import { LEVELS } from "../model.ts";
import type { File } from "./access.ts";
import { openBlock, type Packed } from "./block.ts";
import type { Matcher } from "./query.ts";
import type { StoredRecord } from "./reader.ts";
import { type Rows, rowsOf } from "./rows.ts";
import { OFFSETS } from "./schema.ts";
import { readTail } from "./tail.ts";

type Order = "newest" | "oldest";

/** Times of any Date: what an open end of a range is bound to. */
const EARLIEST = -8.64e15;
const LATEST = 8.64e15;

/** Records of one segment that stand together, read when their time comes. */
export interface Run {
  readonly minTime: number;
  readonly maxTime: number;
  /** NaN where some of them are out of the range of time. */
  readonly records: number;
  /** Those that match, in no order. */
  read(): Hit[];
  /** How many match. */
  count(): number;
}
interface Hit {
  readonly rows: Rows;
  readonly at: number;
  readonly time: number;
  readonly nanos: number;
  readonly id: number;
  /** Place of the segment among all, oldest first. */
  readonly segment: number;
  readonly file: SegmentFile;
}
/** A file as a segment knows it: what ids are made of. */
export interface SegmentFile extends File {
  readonly key: string;
  readonly base: number;
}

interface Bounds {
  readonly since: number | undefined;
  readonly until: number | undefined;
}

/**
 * The blocks of a segment that may hold matches, and what waits for one; `segment` is its place among all.
 * @param damaged told of each block that can't be read, which is passed over: how many records, and why
 */
export function runsOf(
  db: DatabaseSync,
  segment: number,
  matches: Matcher,
  { since = EARLIEST, until = LATEST }: Bounds,
  damaged: (records: number, error: unknown) => void,
): Run[] {
  const files = filesOf(db);
  const unpack = db.prepare("SELECT heads, texts, rest FROM blocks WHERE id = ?");
  const rowsIn = readTail(db);

  const run = (
    serial: number,
    minTime: number,
    maxTime: number,
    records: number,
    open: () => Rows | undefined,
  ): Run => {
    const file = files.get(serial) ?? { source: "", path: "", key: "", base: 0 };
    const inside = minTime >= since && maxTime < until;
    const each = (use: (rows: Rows, at: number) => void): void => {
      const rows = open();
      for (let at = 0; rows && at < rows.count; at++) {
        const time = rows.time(at);
        if ((inside || (time >= since && time < until)) && matches(rows, at, file)) use(rows, at);
      }
    };
    return {
      minTime,
      maxTime,
      records: inside ? records : Number.NaN,
      read() {
        const hits: Hit[] = [];
        try {
          each((rows, at) => {
            hits.push({
              rows,
              at,
              time: rows.time(at),
              nanos: rows.nanos(at),
              id: rows.id(at),
              segment,
              file,
            });
          });
          // What is unpacked later is asked for here, where it can be told.
          const [first] = hits;
          if (first) recordOf(first);
        } catch (error) {
          if (error instanceof UserError) throw error;
          damaged(records, error);
          return [];
        }
        return hits;
      },
      count() {
        let count = 0;
        try {
          each(() => count++);
        } catch (error) {
          if (error instanceof UserError) throw error;
          damaged(records, error);
          return 0;
        }
        return count;
      },
    };
  };

  const runs: Run[] = [];
  // One read of both: what waited may become a block, or go, between two.
  db.exec("BEGIN");
  try {
    for (const { id, minTime, maxTime, records } of db
      .prepare("SELECT id, minTime, maxTime, records FROM blocks WHERE maxTime >= ? AND minTime < ?")
      .all(since, until)) {
      const first = Number(id);
      const open = () => {
        const packed = unpack.get(first);
        return packed && openBlock(packed as unknown as Packed);
      };
      runs.push(run(Math.floor(first / OFFSETS), Number(minTime), Number(maxTime), Number(records), open));
    }
    const tails = db.prepare(
      `SELECT id / ${OFFSETS} AS serial, min(time) AS minTime, max(time) AS maxTime, count(*) AS records
       FROM rows GROUP BY 1 HAVING maxTime >= ? AND minTime < ?`,
    );
    for (const { serial, minTime, maxTime, records } of tails.all(since, until)) {
      const start = Number(serial) * OFFSETS;
      const rows = rowsOf(rowsIn(Number(serial), start), start);
      runs.push(run(Number(serial), Number(minTime), Number(maxTime), Number(records), () => rows));
    }
  } finally {
    db.exec("COMMIT");
  }
  return runs;
}

/**
 * Records of all runs in order of their time. A run is read when the next record could be in it, so that
 * the latest few of a large store cost the last run or two.
 */
export function* merge(
  runs: readonly Run[],
  order: Order,
  limit: number,
): Generator<StoredRecord, void, void> {
  const newest = order === "newest";
  const sign = newest ? 1 : -1;
  /** The time of a run that is nearest to the beginning of the search. */
  const edge = (run: Run) => (newest ? run.maxTime : run.minTime);
  // Nearest last, so that taking one is a pop; the same for the hits.
  const waiting = [...runs].sort((a, b) => sign * (edge(a) - edge(b)));
  // Of the same time, the order of the file.
  const compare = (a: Hit, b: Hit) =>
    sign * (a.time - b.time || a.nanos - b.nanos || a.segment - b.segment || a.id - b.id);
  let hits: Hit[] = [];
  let left = limit;
  let nearest = Number.NaN;
  while (left > 0) {
    const run = waiting.pop();
    for (const hit of run?.read() ?? []) {
      hits.push(hit);
      if (!(sign * (nearest - hit.time) >= 0)) nearest = hit.time;
    }
    const next = waiting.at(-1);
    const held = (time: number) => next !== undefined && sign * (time - edge(next)) <= 0;
    if (held(nearest) && hits.length < 2 * left) continue;
    hits.sort(compare);
    if (hits.length > left) hits = hits.slice(hits.length - left);
    for (let hit = hits.at(-1); hit && left > 0 && !held(hit.time); hit = hits.at(-1)) {
      hits.pop();
      left--;
      yield recordOf(hit);
    }
    nearest = hits.at(-1)?.time ?? Number.NaN;
    if (!next && hits.length === 0) return;
  }
}

/** The files of a segment, by serial. */
export function filesOf(db: DatabaseSync): ReadonlyMap<number, SegmentFile> {
  const rows = db.prepare("SELECT serial, key, base, source, path FROM files").all();
  return new Map(
    rows.map(({ serial, key, base, source, path }) => [
      Number(serial),
      { source: String(source), path: String(path), key: String(key), base: Number(base) },
    ]),
  );
}

export function recordOf({ rows, at, file }: Pick<Hit, "rows" | "at" | "file">): StoredRecord {
  const offset = file.base + (rows.id(at) % OFFSETS);
  const level = rows.level(at);
  return {
    id: `${file.key}-${offset.toString(36)}`,
    time: rows.time(at),
    nanos: rows.nanos(at),
    source: file.source,
    file: file.path,
    offset,
    level: level === undefined ? undefined : LEVELS[level],
    status: rows.status(at),
    message: rows.message(at),
    raw: rows.raw(at),
    fields: rows.fields(at),
    error: rows.error(at),
  };
}
