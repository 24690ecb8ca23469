import { readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { reasonOf } from "../errors.ts";
import { isBusy, openDatabase } from "../lib/database.ts";
import { freeName } from "../lib/free-name.ts";
import type { Log } from "../lib/log.ts";
import { type GaugeRow, mergeGauges, readGauges } from "./gauges.ts";
import { createTotals, encodeTotals, mergeEncoded, type Totals } from "./totals.ts";
import { transact } from "./transaction.ts";

const VERSION = 2;
const TABLES = `
CREATE TABLE totals (
  step INTEGER NOT NULL, time INTEGER NOT NULL, source TEXT NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (step, time, source)
) STRICT, WITHOUT ROWID;
CREATE TABLE gauges (
  step INTEGER NOT NULL, time INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (step, time)
) STRICT, WITHOUT ROWID;
`;
/** The second version brought these steps, and what they are made from. */
const SECOND = { step: 600, from: 60 };
/**
 * These came within it: a Log Monitor from before knows no rows of them and leaves them alone, so that what it wrote
 * meanwhile is made up for at each opening.
 */
const LATER = { step: 7_200, from: 600 };

/**
 * Opens or makes the file of the dashboard's figures. One that can't be read is set aside, and the log says where:
 * figures of the past are worth less than a start.
 * @throws what SQLite throws, as while another program holds it
 */
export function openHistory(file: string, log: Log): DatabaseSync {
  try {
    return databaseIn(file);
  } catch (error) {
    if (isBusy(error)) throw error;
    const aside = freeName(`${basename(file)}.damaged`, readdirSync(dirname(file)));
    log.error(
      `the dashboard's figures in ${file} can't be read (${reasonOf(error)}); the file is set aside as ${aside}, and they begin anew`,
    );
    renameSync(file, join(dirname(file), aside));
    for (const end of ["-wal", "-shm"]) rmSync(file + end, { force: true });
    return databaseIn(file);
  }
}

function databaseIn(file: string): DatabaseSync {
  const db = openDatabase(file);
  try {
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    const version = Number(db.prepare("PRAGMA user_version").get()?.user_version);
    if (version > VERSION) throw new Error(`a newer Log Monitor wrote it, in format ${version}`);
    if (version === 0) db.exec(`BEGIN; ${TABLES} PRAGMA user_version = ${VERSION}; COMMIT;`);
    if (version === 1) {
      make(db, SECOND);
      db.exec(`PRAGMA user_version = ${VERSION}`);
    }
    make(db, LATER);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Makes steps of finer ones, from the last that there is on: a thread that is ended meanwhile, as one that takes too
 * long, goes on where it was.
 */
function make(db: DatabaseSync, { step, from }: { readonly step: number; readonly from: number }): void {
  const times = db.prepare(
    `SELECT DISTINCT time - time % :step AS at FROM (
       SELECT time FROM totals WHERE step = :from AND time >= :last
       UNION SELECT time FROM gauges WHERE step = :from AND time >= :last
     ) ORDER BY at`,
  );
  const last = Number(
    db.prepare("SELECT coalesce(max(time), 0) AS last FROM totals WHERE step = ?").get(step)?.last,
  );
  const [totals, gauges] = ["totals", "gauges"].map((table) =>
    db.prepare(`SELECT * FROM ${table} WHERE step = ? AND time >= ? AND time < ? ORDER BY time`),
  ) as [StatementSync, StatementSync];
  const save = db.prepare("INSERT OR REPLACE INTO totals VALUES (?, ?, ?, ?)");
  const saveGauges = db.prepare("INSERT OR REPLACE INTO gauges VALUES (?, ?, ?)");
  for (const { at } of times.all({ step, from, last })) {
    const span = [from, Number(at), Number(at) + step] as const;
    const sums = new Map<string, Totals>();
    for (const { source, data } of totals.iterate(...span)) {
      const sum = sums.get(String(source)) ?? createTotals();
      sums.set(String(source), sum);
      mergeEncoded(sum, data as Uint8Array);
    }
    let row: GaugeRow | undefined;
    for (const { json } of gauges.iterate(...span)) row = mergeGauges(row, readGauges(json));
    transact(db, () => {
      for (const [source, sum] of sums) save.run(step, Number(at), source, encodeTotals(sum));
      if (row) saveGauges.run(step, Number(at), JSON.stringify(row));
    });
  }
}
