import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { reasonOf } from "../errors.ts";
import { openDatabase } from "../lib/database.ts";
import type { Fields, Level } from "../model.ts";
import { compileQuery } from "./query.ts";
import { merge, runsOf } from "./runs.ts";
import { segmentNames, VERSION } from "./schema.ts";
import { querySql, type SqlResult } from "./sql.ts";

export interface Search {
  /** See compileQuery; everything when absent. */
  readonly query?: string;
  /** Milliseconds since the epoch; `until` is exclusive. */
  readonly since?: number;
  readonly until?: number;
  /** 1,000 when absent; Infinity for all. */
  readonly limit?: number;
  /** By the records' own time; "newest" when absent. */
  readonly order?: "newest" | "oldest";
}

/** A record as the store has it; `id` is the one that recordId gives it. */
export interface StoredRecord {
  readonly id: string;
  readonly time: number;
  readonly nanos: number;
  readonly source: string;
  readonly file: string;
  readonly offset: number;
  readonly level: Level | undefined;
  readonly status: number | undefined;
  readonly message: string;
  readonly raw: string;
  readonly fields: Fields;
  readonly error: string | undefined;
}

/**
 * Reads a store while a writer, of this or another process, is at work on it. Each call sees what was
 * written before it began. Queries throw UserError for what is wrong in them.
 */
export interface Reader {
  query(search?: Search): StoredRecord[];
  /** The same, a few thousand rows in memory at a time. The store stays usable in between. */
  iterate(search?: Search): Generator<StoredRecord, void, void>;
  count(search?: Omit<Search, "limit" | "order">): number;
  /**
   * One SELECT over the view `records` (id, time, nanos, source, file, offset, level, status, message, raw,
   * fields, error). Throws UserError for anything but reading and for what SQLite says of the statement.
   */
  sql(text: string, options?: { limit?: number }): SqlResult;
  figures(): { readonly segments: number; readonly records: number; readonly bytes: number };
  close(): void;
}

/**
 * Reads the store of a data folder, which need not exist yet.
 * @param damaged told, by each search that comes upon it, what of the store can't be read; the rest is found
 */
export function openReader(dataDir: string, damaged: (what: string) => void = () => {}): Reader {
  const folder = join(dataDir, "store");
  const open = new Map<string, DatabaseSync>();
  /** Searches under way: what they read from stays open, also when the writer has dropped it. */
  let busy = 0;

  const tell = (records: number, error: unknown): void =>
    damaged(
      `${records} records of the store in ${folder} can't be read and are left out: ${reasonOf(error)}`,
    );

  /** Connections to the segments that exist now, oldest first. */
  function segments(): DatabaseSync[] {
    const names = segmentNames(entries(folder));
    for (const [name, db] of open) {
      if (busy > 0 || names.includes(name)) continue;
      db.close();
      open.delete(name);
    }
    for (const name of names) {
      if (open.has(name)) continue;
      const db = openReadOnly(join(folder, name));
      if (db) open.set(name, db);
    }
    return names.flatMap((name) => open.get(name) ?? []);
  }

  function* iterate(search: Search = {}): Generator<StoredRecord, void, void> {
    const { query = "", since, until, limit = 1000, order = "newest" } = search;
    const matches = compileQuery(query);
    const runs = segments().flatMap((db, i) => runsOf(db, i, matches, { since, until }, tell));
    busy++;
    try {
      yield* merge(runs, order, limit);
    } finally {
      busy--;
    }
  }

  return {
    query: (search) => [...iterate(search)],
    iterate,
    count({ query = "", since, until } = {}) {
      const matches = compileQuery(query);
      const everything = query.trim() === "";
      let count = 0;
      for (const [i, db] of segments().entries()) {
        for (const run of runsOf(db, i, matches, { since, until }, tell))
          count += everything && !Number.isNaN(run.records) ? run.records : run.count();
      }
      return count;
    },
    sql: (text, { limit = 10_000 } = {}) => querySql(folder, segmentNames(entries(folder)), text, limit),
    figures() {
      let records = 0;
      let bytes = 0;
      const all = segments();
      for (const db of all) records += Number(db.prepare("SELECT records FROM segment").get()?.records);
      for (const name of entries(folder))
        bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
      return { segments: all.length, records, bytes };
    },
    close() {
      for (const db of open.values()) db.close();
      open.clear();
    },
  };
}

/** Names in a folder; none when it is not there. */
export function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Undefined for a file that the writer has not finished making, has just dropped, or that is not ours. */
export function openReadOnly(file: string): DatabaseSync | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = openDatabase(file, { readOnly: true });
    if (db.prepare("PRAGMA user_version").get()?.user_version === VERSION) return db;
    db.close();
  } catch {
    db?.close();
  }
  return undefined;
}
