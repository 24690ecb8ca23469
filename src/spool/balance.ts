import type { DatabaseSync } from "node:sqlite";
import type { Account, FileAccount, SinkAccount } from "../model.ts";
import { createConfigs } from "./configs.ts";
import { MISSING, type Reading, readingOf, type Standing, sinkAccount, sumsOf } from "./sums.ts";

/** The accounts as they stand in a spool's database, worked out from its rows alone. */
export interface Balance {
  /** By row of the generation. */
  readonly files: ReadonlyMap<number, FileAccount>;
  /** By source, over all its files, also those that are forgotten. */
  readonly sources: ReadonlyMap<string, Account>;
}

/**
 * @param db may be open for reading only
 * @returns undefined for a database of a version that did not count yet
 * @throws what the database throws
 */
export function readBalance(db: DatabaseSync): Balance | undefined {
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'accounts'").get()) return undefined;
  const configs = createConfigs(db);
  const files = new Map<number, FileAccount & { sinks: SinkAccount[] }>();
  const sources = new Map<string, Sum>();

  const sourceOf = (source: string): Sum => {
    const sum = sources.get(source) ?? { ...readingOf({}), sinks: new Map() };
    sources.set(source, sum);
    return sum;
  };
  const add = (source: string, row: Row): void => {
    const sum = sourceOf(source);
    const reading = readingOf(row);
    for (const name of Object.keys(reading) as (keyof Reading)[]) sum[name] += reading[name];
  };
  const addSink = (source: string, sink: string, standing: Standing): void => {
    const { sinks } = sourceOf(source);
    const sum = sinks.get(sink);
    if (!sum) sinks.set(sink, { ...standing });
    else for (const name of Object.keys(sum) as (keyof Standing)[]) sum[name] += standing[name];
  };

  const waiting = waitingOf(db, configs.sinksOf);
  const names = new Map<number, string>();
  for (const row of db.prepare(`SELECT *, ${MISSING} FROM generations ORDER BY source, path, id`).iterate()) {
    const id = Number(row.id);
    const source = String(row.source);
    names.set(id, source);
    add(source, row);
    files.set(id, { ...readingOf(row), began: Number(row.began), offset: Number(row.offset), sinks: [] });
  }
  for (const row of db.prepare("SELECT * FROM accounts ORDER BY sink").iterate()) {
    const id = Number(row.generation);
    const sink = String(row.sink);
    const standing = { ...sumsOf(row), ...(waiting.get(id)?.get(sink) ?? NONE) };
    waiting.get(id)?.delete(sink);
    addSink(names.get(id) ?? "", sink, standing);
    files.get(id)?.sinks.push(sinkAccount(sink, standing, standing));
  }
  // What waits without an account is as wrong as what is missing: it must be seen.
  for (const [id, left] of waiting) {
    for (const [sink, held] of left) {
      const standing = { ...sumsOf({}), ...held };
      addSink(names.get(id) ?? "", sink, standing);
      files.get(id)?.sinks.push(sinkAccount(sink, standing, standing));
    }
  }
  for (const row of db.prepare("SELECT * FROM past").iterate()) add(String(row.source), row);
  for (const row of db.prepare("SELECT * FROM pastAccounts").iterate())
    addSink(String(row.source), String(row.sink), { ...sumsOf(row), ...NONE });

  return {
    files,
    sources: new Map(
      [...sources].map(([source, { sinks, ...reading }]) => [
        source,
        { ...reading, sinks: [...sinks].map(([sink, sums]) => sinkAccount(sink, sums, sums)) },
      ]),
    ),
  };
}

type Row = Readonly<Record<string, unknown>>;

interface Sum extends ReturnType<typeof readingOf> {
  readonly sinks: Map<string, Standing>;
}

const NONE = { waiting: 0, waitingBytes: 0 };

/** What is held for each sink behind its cursor, by generation and sink. */
function waitingOf(
  db: DatabaseSync,
  sinksOf: (config: number) => readonly string[] | undefined,
): Map<number, Map<string, typeof NONE>> {
  const waiting = new Map<number, Map<string, typeof NONE>>();
  const rows = db.prepare(
    `SELECT c.sink, b.generation, b.config, sum(b.lines) AS records, sum(b.bytes) AS bytes
     FROM cursors c JOIN blocks b ON b.seq > c.seq GROUP BY c.sink, b.generation, b.config`,
  );
  for (const row of rows.iterate()) {
    const sink = String(row.sink);
    if (!(sinksOf(Number(row.config))?.includes(sink) ?? true)) continue;
    const of = waiting.get(Number(row.generation)) ?? new Map<string, typeof NONE>();
    const before = of.get(sink) ?? NONE;
    of.set(sink, {
      waiting: before.waiting + Number(row.records),
      waitingBytes: before.waitingBytes + Number(row.bytes),
    });
    waiting.set(Number(row.generation), of);
  }
  return waiting;
}
