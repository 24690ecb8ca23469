import { join } from "node:path";
import { reasonOf } from "../errors.ts";
import { makeFolder } from "../lib/folders.ts";
import { type Log, silent } from "../lib/log.ts";
import { createSteadyClock } from "../lib/steady-clock.ts";
import type { LogRecord } from "../model.ts";
import type { Series, SeriesRequest } from "../protocol/engine.ts";
import { createDeliveries, type GaugeRow, type Gauges, mergeGauges, quiet, readGauges } from "./gauges.ts";
import { openHistory } from "./history-file.ts";
import { createAggregator } from "./rollups.ts";
import { LEVELS_OF_STEPS, type TotalsRow } from "./series.ts";
import { createSeriesReader } from "./series-reader.ts";
import { createTotals, decodeTotals, encodeTotals, mergeTotals, type Totals } from "./totals.ts";
import { transact } from "./transaction.ts";

const PRUNE_EVERY = 60;
/** A timer that fires late by up to this many seconds leaves no hole in the gauges. */
const LATE = 5;

/**
 * What the dashboard remembers: figures of every source by the second, 10 seconds, minute, 10 minutes
 * and 2 hours of the arrival of its records, in `<dataDir>/history.db`. The present seconds are in memory; a kill loses those only.
 */
export interface History {
  /** Counts records as read at `observed` (ms since the epoch). */
  add(records: readonly LogRecord[], observed: number): void;
  /**
   * Once a second: writes the finished seconds. Does not throw; what could not be written is kept for the
   * next time, and `problem` says why.
   */
  tick(gauges: Gauges, now: number): void;
  /**
   * Steps that touch [from, to), whole: at full hours, minutes and seconds the sums are exact, for a step
   * at the edge they count all of it.
   */
  series(request: SeriesRequest): Series;
  readonly problem: string | undefined;
  /** Writes everything, the present second too. */
  close(): void;
}

/** Opens the history of a data folder, which is made; one that can't be read is set aside, which the log says. */
export function createHistory(dataDir: string, options: { now?: () => number; log?: Log } = {}): History {
  const { now = Date.now, log = silent } = options;
  /** What is old is judged by a clock that a jump does not move at once. */
  const steady = options.now ?? createSteadyClock();
  makeFolder(dataDir);
  const db = openHistory(join(dataDir, "history.db"), log);
  const save = db.prepare("INSERT OR REPLACE INTO totals VALUES (?, ?, ?, ?)");
  const load = db.prepare("SELECT data FROM totals WHERE step = ? AND time = ? AND source = ?");
  const saveGauges = db.prepare("INSERT OR REPLACE INTO gauges VALUES (?, ?, ?)");
  const loadGauges = db.prepare("SELECT json FROM gauges WHERE step = ? AND time = ?");
  const prunes = ["totals", "gauges"].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE step = ? AND time < ?`),
  );
  const read = createSeriesReader(db, now);

  const pending = createAggregator();
  const deliveriesOf = createDeliveries();
  /** Of each level and source the step that was written last, to be added to without reading it back. */
  const latest = new Map<string, { readonly time: number; readonly totals: Totals }>();
  let gaugesAt: number | undefined;
  let pruned = 0;
  let problem: string | undefined;

  function addTo(step: number, source: string, second: number, totals: Totals): void {
    const time = second - (second % step);
    const key = `${step} ${source}`;
    let row = latest.get(key);
    if (row?.time !== time) {
      const found = load.get(step, time, source);
      row = { time, totals: found ? decodeTotals(found.data as Uint8Array) : createTotals() };
      if (time >= (latest.get(key)?.time ?? 0)) latest.set(key, row);
    }
    mergeTotals(row.totals, totals);
    save.run(step, time, source, encodeTotals(row.totals));
  }

  function addGauges(second: number, row: GaugeRow): void {
    for (const { step } of LEVELS_OF_STEPS) {
      const time = second - (second % step);
      const found = loadGauges.get(step, time);
      const merged = mergeGauges(found && readGauges(found.json), row);
      saveGauges.run(step, time, JSON.stringify(merged));
    }
  }

  /** Writes the seconds before `end`, and `more` with them; all or nothing. */
  function write(end: number, more: () => void): void {
    const written: [Map<number, Totals>, number][] = [];
    try {
      transact(db, () => {
        for (const [source, seconds] of pending.sources) {
          for (const [second, totals] of seconds) {
            // Seconds far ahead were over before the clock was set back.
            if (second >= end && second <= end + LATE) continue;
            for (const { step } of LEVELS_OF_STEPS) addTo(step, source, second, totals);
            written.push([seconds, second]);
          }
        }
        more();
      });
    } catch (error) {
      latest.clear();
      throw error;
    }
    for (const [seconds, second] of written) seconds.delete(second);
  }

  function* pendingRows(): Iterable<TotalsRow> {
    for (const [source, seconds] of pending.sources) {
      for (const [time, totals] of seconds) yield { time, source, totals };
    }
  }

  /** Runs it, and remembers why it failed. */
  function attempt(act: () => void): void {
    try {
      act();
      problem = undefined;
    } catch (error) {
      problem = `the history of the dashboard can't be written: ${reasonOf(error)}`;
    }
  }

  return {
    add: (records, observed) => pending.add(records, observed),
    tick(gauges, at) {
      const present = Math.floor(at / 1000);
      const row = deliveriesOf(gauges);
      attempt(() =>
        write(present, () => {
          const second = present - 1;
          const first = gaugesAt !== undefined && second - gaugesAt <= LATE ? gaugesAt + 1 : second;
          for (let hole = first; hole < second; hole++) addGauges(hole, quiet(row));
          addGauges(second, row);
          gaugesAt = Math.max(second, gaugesAt ?? 0);
          const today = Math.floor(steady() / 1000);
          if (today - pruned < PRUNE_EVERY) return;
          pruned = today;
          for (const { step, keep } of LEVELS_OF_STEPS) {
            // What a chart of all that is kept begins with is whole.
            for (const prune of prunes) prune.run(step, today - keep - step - PRUNE_EVERY);
          }
        }),
      );
    },
    series: (request) => read(request, pendingRows()),
    get problem() {
      return problem;
    },
    close() {
      attempt(() => write(Number.POSITIVE_INFINITY, () => {}));
      db.close();
    },
  };
}
