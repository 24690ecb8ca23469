import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../lib/database.ts";
import type { Series, SeriesRequest } from "../protocol/engine.ts";
import { readGauges } from "./gauges.ts";
import { buildSeries, stepFor, type TotalsRow } from "./series.ts";

/**
 * Answers from the tables of `history.db`.
 * @param now ms since the epoch
 * @returns what makes columns of the steps asked for; `more` are rows that are not written yet
 */
export function createSeriesReader(
  db: DatabaseSync,
  now: () => number,
): (request: SeriesRequest, more?: Iterable<TotalsRow>) => Series {
  const selectTotals = db.prepare(
    "SELECT time, source, data FROM totals WHERE step = ? AND time >= ? AND time < ? ORDER BY time",
  );
  const selectGauges = db.prepare(
    "SELECT time, json FROM gauges WHERE step = ? AND time >= ? AND time < ? ORDER BY time",
  );
  return (request, more = []) => {
    const { level, step } = stepFor(request, Math.floor(now() / 1000));
    const from = Math.floor(request.from / step) * step;
    const to = Math.ceil(request.to / step) * step;
    // One row at a time: all of a month at once would be hundreds of megabytes.
    function* rows(): Iterable<TotalsRow> {
      for (const { time, source, data } of selectTotals.iterate(level, from, to)) {
        yield { time: Number(time), source: String(source), totals: data as Uint8Array };
      }
      for (const row of more) if (row.time >= from && row.time < to) yield row;
    }
    function* gauges() {
      for (const { time, json } of selectGauges.iterate(level, from, to)) {
        yield { time: Number(time), row: readGauges(json) };
      }
    }
    return buildSeries({ from, to, step }, rows(), gauges(), request);
  };
}

/** The same from a data folder that another process writes to; nothing is held afterwards. */
export function readSeries(dataDir: string, request: SeriesRequest): Series {
  const file = join(dataDir, "history.db");
  if (!existsSync(file)) return buildSeries({ from: 0, to: 0, step: 1 }, [], []);
  const db = openDatabase(file, { readOnly: true });
  try {
    return createSeriesReader(db, Date.now)(request);
  } finally {
    db.close();
  }
}
