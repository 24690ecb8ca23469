import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Level, LogRecord } from "../../src/model.ts";
import { createHistory } from "../../src/store/history.ts";
import { LEVELS_OF_STEPS } from "../../src/store/series.ts";
import { originOf, recordOf } from "../store/records.ts";

/** Sources of which figures are kept; two sinks take what they read. */
const SOURCES = 20;
/** Lines of each source in each step that is written. */
const LINES = 3;

/**
 * Has the product's own writer fill the history of a data folder up to `now` (ms since the epoch): thirty days by
 * the minute, of which the last twelve hours by ten seconds and the last hour by the second.
 * @returns how many points there are then: figures of one source, or of the engine, for one step
 */
export function fill(dataDir: string, now: number): number {
  let at = now;
  const history = createHistory(dataDir, { now: () => at });
  const delivered = [0, 0];
  let step = 0;
  for (const { from, until, every } of stretches(Math.floor(now / 1000))) {
    for (let second = from; second < until; second += every) {
      at = second * 1000;
      for (let source = 0; source < SOURCES; source++) history.add(linesOf(source, step, at), at);
      const sinks = delivered.map((before, i) => {
        delivered[i] = before + SOURCES * LINES;
        return [`sink ${i + 1}`, { lag: step % 50, late: 0, health: 0, delivered: delivered[i] ?? 0 }];
      });
      const gauges = { channels: { read: step % 7, write: step % 11 }, spoolBytes: step * 100 };
      history.tick({ ...gauges, sinks: Object.fromEntries(sinks) }, at + 1000);
      if (history.problem) throw new Error(history.problem);
      step++;
    }
  }
  history.close();
  return pointsIn(dataDir);
}

/** What is kept of each level, the oldest first, without those that a finer one covers. */
function stretches(now: number): { from: number; until: number; every: number }[] {
  const levels = LEVELS_OF_STEPS.filter(({ step }) => step <= 60);
  return levels
    .map(({ step, keep }, i) => ({ from: now - keep, until: now - (levels[i - 1]?.keep ?? 0), every: step }))
    .toReversed();
}

/** Access logs whose rates and durations go up and down with the hours, each at its own. */
function linesOf(source: number, step: number, at: number): LogRecord[] {
  const wave = 1 + Math.sin(at / 3_600_000 + source);
  return Array.from({ length: 1 + Math.round((LINES - 1) * wave) }, (_, line) => {
    const n = step * 31 + line * 7 + source;
    const status = n % 50 === 0 ? 500 : n % 10 === 0 ? 404 : 200;
    const level: Level = status >= 500 ? "error" : status >= 400 ? "warn" : "info";
    return recordOf({
      origin: originOf(`source ${source + 1}`),
      time: at,
      level,
      fields: { status, request_time: (1 + wave) * ((n % 997) / 500) ** 3, upstream_time: (n % 499) / 1000 },
    });
  });
}

function pointsIn(dataDir: string): number {
  const db = new DatabaseSync(join(dataDir, "history.db"), { readOnly: true });
  try {
    return ["totals", "gauges"]
      .map((table) => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n))
      .reduce((sum, n) => sum + n);
  } finally {
    db.close();
  }
}
