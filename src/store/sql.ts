import { join } from "node:path";
import { reasonOf, UserError } from "../errors.ts";
import { openDatabase } from "../lib/database.ts";
import { LEVELS } from "../model.ts";
import { openBlock, type Packed } from "./block.ts";
import { OFFSETS } from "./schema.ts";

/** SQLite attaches ten databases to the first. */
const MOST = 11;

export interface SqlResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** There were more rows than the limit. */
  readonly truncated: boolean;
  /** There were more segments than SQLite joins: the oldest are not in the view. */
  readonly partial: boolean;
}

/**
 * Runs one SELECT over the view `records` on all segments, through a connection of its own that can't write.
 * Throws UserError.
 */
export function querySql(folder: string, names: readonly string[], text: string, limit: number): SqlResult {
  // Comments may stand before the first word.
  const first = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*([a-z]*)/i.exec(text)?.[1]?.toLowerCase() ?? "";
  if (!["select", "with", "values", "explain"].includes(first)) {
    throw new UserError(
      "only SELECT (or WITH, VALUES, EXPLAIN) can be run on the store: it is open for reading",
    );
  }
  const used = names.slice(-MOST);
  const [main, ...others] = used.toReversed().map((name) => join(folder, name));
  const db = main ? openDatabase(main, { readOnly: true }) : openDatabase(":memory:");
  try {
    db.exec("PRAGMA temp_store = MEMORY");
    db.function("base36", { deterministic: true }, (value) => Number(value).toString(36));
    db.function("unpack", { deterministic: true }, unpack);
    const schemas = main ? ["main"] : [];
    for (const [i, file] of others.entries()) {
      db.prepare(`ATTACH ? AS s${i}`).run(file);
      schemas.push(`s${i}`);
    }
    db.exec(`CREATE TEMP VIEW records AS ${schemas.map(selectOf).join(" UNION ALL ") || EMPTY}`);
    const rows: Record<string, unknown>[] = [];
    for (const row of db.prepare(text).iterate()) {
      if (rows.length === limit) return { rows, truncated: true, partial: used.length < names.length };
      rows.push({ ...row });
    }
    return { rows, truncated: false, partial: used.length < names.length };
  } catch (error) {
    throw new UserError(`SQL: ${reasonOf(error)}`, { cause: error });
  } finally {
    db.close();
  }
}

const levelOf = `CASE level ${LEVELS.map((name, i) => `WHEN ${i} THEN '${name}'`).join(" ")} END`;

/** The records of one segment: those in blocks come through `unpack` as JSON, those that wait as they are. */
const selectOf = (schema: string) =>
  `SELECT key || '-' || base36(base + rowId % ${OFFSETS}) AS id, time, nanos, source, path AS file,
    base + rowId % ${OFFSETS} AS offset, ${levelOf} AS level, status, coalesce(body ->> 1, body ->> 0) AS message,
    body ->> 0 AS raw, body ->> 2 AS fields, body ->> 3 AS error
  FROM (
    SELECT row.value ->> 0 AS rowId, row.value ->> 1 AS time, row.value ->> 2 AS nanos, row.value ->> 3 AS level,
      row.value ->> 4 AS status, row.value -> 5 AS body
    FROM ${schema}.blocks, json_each(unpack(heads, texts, rest)) AS row
    UNION ALL SELECT id, time, nanos, level, status, body FROM ${schema}.rows
  ) JOIN ${schema}.files ON serial = rowId / ${OFFSETS}`;

/** A block as JSON: a list of [id, time, nanos, level, status, body] as the table `rows` has them. */
function unpack(heads: unknown, texts: unknown, rest: unknown): string {
  const rows = openBlock({ heads, texts, rest } as Packed);
  const list = Array.from({ length: rows.count }, (_, at) => [
    rows.id(at),
    rows.time(at),
    rows.nanos(at),
    rows.level(at),
    rows.status(at),
    [rows.raw(at), rows.message(at), rows.fields(at), rows.error(at)],
  ]);
  return JSON.stringify(list);
}

const EMPTY = `SELECT NULL AS id, NULL AS time, NULL AS nanos, NULL AS source, NULL AS file, NULL AS offset,
  NULL AS level, NULL AS status, NULL AS message, NULL AS raw, NULL AS fields, NULL AS error WHERE FALSE`;
