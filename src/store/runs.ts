import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Fields, LEVELS } from "../model.ts";
import type { Condition } from "./query.ts";
import type { StoredRecord } from "./reader.ts";
import { OFFSETS } from "./schema.ts";

type Order = "newest" | "oldest";
type Row = Record<string, unknown> & { readonly id: number; readonly time: number; readonly nanos: number };

/** Times of any Date: what an open end of a range is bound to. */
export const EARLIEST = -8.64e15;
export const LATEST = 8.64e15;

/** A few thousand rows of one segment that stand together, read when their time comes. */
export interface Run {
  readonly minTime: number;
  readonly maxTime: number;
  /** Those rows that match, sorted in the order of the search. */
  read(): Hit[];
}
interface Hit {
  readonly row: Row;
  /** Place of the segment among all, oldest first. */
  readonly segment: number;
  readonly files: Files;
}
type Files = ReadonlyMap<
  number,
  { readonly source: string; readonly path: string; readonly key: string; base: number }
>;

interface Bounds {
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly limit: number;
  readonly order: Order;
}

/** The spans of a segment that may hold matches; `segment` is its place among all, oldest first. */
export function runsOf(
  db: DatabaseSync,
  segment: number,
  { where, params }: Condition,
  bounds: Bounds,
): Run[] {
  const since = bounds.since ?? EARLIEST;
  const until = bounds.until ?? LATEST;
  const limit = Number.isFinite(bounds.limit) ? bounds.limit : -1;
  const direction = bounds.order === "newest" ? "DESC" : "ASC";
  const files = filesOf(db);
  let select: StatementSync | undefined;
  const spans = db
    .prepare("SELECT first, last, minTime, maxTime FROM spans WHERE maxTime >= ? AND minTime < ?")
    .all(since, until);
  return spans.map(({ first, last, minTime, maxTime }) => ({
    minTime: Number(minTime),
    maxTime: Number(maxTime),
    read() {
      select ??= db.prepare(
        `SELECT * FROM rows WHERE id BETWEEN ? AND ? AND time >= ? AND time < ? AND ${where}
         ORDER BY time ${direction}, nanos ${direction}, id ${direction} LIMIT ?`,
      );
      const rows = select.all(Number(first), Number(last), since, until, ...params, limit) as Row[];
      return rows.map((row) => ({ row, segment, files }));
    },
  }));
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
    sign *
    (a.row.time - b.row.time || a.row.nanos - b.row.nanos || a.segment - b.segment || a.row.id - b.row.id);
  let hits: Hit[] = [];
  let left = limit;
  let nearest = Number.NaN;
  while (left > 0) {
    const run = waiting.pop();
    for (const hit of run?.read() ?? []) {
      hits.push(hit);
      if (!(sign * (nearest - hit.row.time) >= 0)) nearest = hit.row.time;
    }
    const next = waiting.at(-1);
    const held = (time: number) => next !== undefined && sign * (time - edge(next)) <= 0;
    if (held(nearest) && hits.length < 2 * left) continue;
    hits.sort(compare);
    if (hits.length > left) hits = hits.slice(hits.length - left);
    for (let hit = hits.at(-1); hit && left > 0 && !held(hit.row.time); hit = hits.at(-1)) {
      hits.pop();
      left--;
      yield recordOf(hit);
    }
    nearest = hits.at(-1)?.row.time ?? Number.NaN;
    if (!next && hits.length === 0) return;
  }
}

function filesOf(db: DatabaseSync): Files {
  const rows = db.prepare("SELECT serial, key, base, source, path FROM files").all();
  return new Map(
    rows.map(({ serial, key, base, source, path }) => [
      Number(serial),
      { source: String(source), path: String(path), key: String(key), base: Number(base) },
    ]),
  );
}

function recordOf({ row, files }: Hit): StoredRecord {
  const { id } = row;
  const { source, path, key, base } = files.get(Math.floor(id / OFFSETS)) ?? {
    source: "",
    path: "",
    key: "",
    base: 0,
  };
  const offset = base + (id % OFFSETS);
  const raw = String(row.raw);
  return {
    id: `${key}-${offset.toString(36)}`,
    time: row.time,
    nanos: row.nanos,
    source,
    file: path,
    offset,
    level: row.level === null ? undefined : LEVELS[Number(row.level)],
    status: row.status === null ? undefined : Number(row.status),
    message: row.message === null ? raw : String(row.message),
    raw,
    fields: JSON.parse(String(row.fields)) as Fields,
    error: row.error === null ? undefined : String(row.error),
  };
}
