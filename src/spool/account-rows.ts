import type { DatabaseSync } from "node:sqlite";
import { COLUMNS, MISSING, type Reading, readingOf, type Standing, type Sums, sumsOf } from "./sums.ts";

/** What was read of a source ever, and what became of it by sink. */
export interface Total {
  readonly reading: Reading;
  readonly sinks: Map<string, Standing>;
}

/** Accounts as rows of the spool's database. All throw what it throws. */
export interface AccountRows {
  /** By source, with what is forgotten by file. */
  totals(): Map<string, Total>;
  sinkSums(generation: number, sink: string): Sums;
  reading(generation: number): (Reading & { began: number; offset: number }) | undefined;
  sourceOf(generation: number): string;
  /** The row of a source's generation whose records have this key in their ids: a partition keeps it under another id. */
  withKey(key: string, source: string): number | undefined;
  /** Adds to what is there. */
  add(generation: number, sink: string, more: Sums): void;
  addUnparsed(generation: number, records: number): void;
  /** Number of the last block that was parsed and counted. */
  tallied(): number;
  setTallied(seq: number): void;
  removeSink(sink: string): void;
}

export function createAccountRows(db: DatabaseSync): AccountRows {
  const readings = `SELECT source, sum(lines) AS lines, sum(unparsed) AS unparsed, sum(bytes) AS bytes, sum(skipped) AS skipped, sum(missing) AS missing
    FROM (SELECT source, lines, unparsed, bytes, skipped, ${MISSING} FROM generations
      UNION ALL SELECT source, lines, unparsed, bytes, skipped, 0 FROM past) GROUP BY source`;
  const summed = COLUMNS.map((column) => `sum(${column}) AS ${column}`).join();
  const sums = `SELECT source, sink, ${summed} FROM (
      SELECT coalesce(g.source, '') AS source, sink, ${COLUMNS.join()} FROM accounts a LEFT JOIN generations g ON g.id = a.generation
      UNION ALL SELECT source, sink, ${COLUMNS.join()} FROM pastAccounts) GROUP BY source, sink`;
  const selectSums = db.prepare("SELECT * FROM accounts WHERE generation = ? AND sink = ?");
  const selectReading = db.prepare(
    `SELECT began, offset, lines, unparsed, bytes, skipped, ${MISSING} FROM generations WHERE id = ?`,
  );
  const selectSource = db.prepare("SELECT source FROM generations WHERE id = ?");
  const selectKey = db.prepare("SELECT id FROM generations WHERE key = ? AND source = ? ORDER BY id DESC");
  const upsert = db.prepare(
    `INSERT INTO accounts (generation, sink, ${COLUMNS.join()}) VALUES (?, ?${", ?".repeat(COLUMNS.length)})
     ON CONFLICT (generation, sink) DO UPDATE SET ${COLUMNS.map((name) => `${name} = ${name} + excluded.${name}`).join()}`,
  );
  const updateUnparsed = db.prepare("UPDATE generations SET unparsed = unparsed + ? WHERE id = ?");
  const selectTally = db.prepare("SELECT seq FROM tally");
  const updateTally = db.prepare("UPDATE tally SET seq = ?");
  const deleteSink = db.prepare("DELETE FROM accounts WHERE sink = ?");
  const deleteRedeemed = db.prepare("DELETE FROM redeemed WHERE sink = ?");
  const deletePast = db.prepare("DELETE FROM pastAccounts WHERE sink = ?");

  return {
    totals() {
      const totals = new Map<string, Total>();
      for (const row of db.prepare(readings).iterate())
        totals.set(String(row.source), { reading: readingOf(row), sinks: new Map() });
      for (const row of db.prepare(sums).iterate()) {
        const source = String(row.source);
        const total = totals.get(source) ?? { reading: readingOf({}), sinks: new Map<string, Standing>() };
        total.sinks.set(String(row.sink), { ...sumsOf(row), waiting: 0, waitingBytes: 0 });
        totals.set(source, total);
      }
      return totals;
    },
    sinkSums: (generation, sink) => sumsOf(selectSums.get(generation, sink) ?? {}),
    reading(generation) {
      const row = selectReading.get(generation);
      return row && { ...readingOf(row), began: Number(row.began), offset: Number(row.offset) };
    },
    sourceOf: (generation) => String(selectSource.get(generation)?.source ?? ""),
    withKey(key, source) {
      const row = selectKey.get(key, source);
      return row && Number(row.id);
    },
    add: (generation, sink, more) =>
      void upsert.run(generation, sink, ...COLUMNS.map((column) => more[column])),
    addUnparsed: (generation, records) => void updateUnparsed.run(records, generation),
    tallied: () => Number(selectTally.get()?.seq ?? 0),
    setTallied: (seq) => void updateTally.run(seq),
    removeSink(sink) {
      deleteSink.run(sink);
      deletePast.run(sink);
      deleteRedeemed.run(sink);
    },
  };
}
