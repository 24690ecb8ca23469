import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../lib/database.ts";

/** Lines of a source that some sinks will never get, because the spool was full. */
export interface Drop {
  /** When the first of them was, by its own time; ms since the epoch. */
  readonly time: number;
  readonly source: string;
  /** How many each sink lacks. */
  readonly sinks: readonly (readonly [sink: string, lines: number])[];
}

/** Where lines were given up: written with what gives them up, so that it outlasts a kill as that does. */
export interface Drops {
  note(drop: Drop): void;
  readonly dirty: boolean;
  /** Writes what is new, in the caller's transaction; call the result once committed. */
  write(): () => void;
}

/** So many rows are kept; beyond, those of longer and longer spans (s) become one, and the oldest of them go. */
const MOST = 5_000;
/** So many are left then, that not every commit has to make room again. */
const LEFT = 4_000;
const WIDTHS = [60, 3_600, 86_400];
/** A date is at most so far (ms) from the epoch; the table holds no larger times either. */
const FARTHEST = 8.64e15;

export function createDrops(db: DatabaseSync): Drops {
  const add = db.prepare(
    "INSERT INTO drops VALUES (?, ?, ?, ?, ?) ON CONFLICT (second, source, sink) DO UPDATE SET lines = lines + excluded.lines, time = min(time, excluded.time)",
  );
  const size = db.prepare("SELECT count(*) AS rows FROM drops");
  const age = db.prepare(
    "DELETE FROM drops WHERE (second, source, sink) IN (SELECT second, source, sink FROM drops ORDER BY second LIMIT ?)",
  );
  let unwritten: Drop[] = [];

  const rows = () => Number(size.get()?.rows);
  const widen = (width: number): void => {
    const all = db.prepare("SELECT second, source, sink, time, lines FROM drops ORDER BY second").all();
    db.exec("DELETE FROM drops");
    for (const { second, source, sink, time, lines } of all) {
      const wide = Math.floor(Number(second) / width) * width;
      add.run(wide, String(source), String(sink), Number(time), Number(lines));
    }
  };

  const makeRoom = (): void => {
    for (const width of WIDTHS) if (rows() > LEFT) widen(width);
    if (rows() > LEFT) age.run(rows() - LEFT);
  };

  return {
    note: (drop) => void unwritten.push(drop),
    get dirty() {
      return unwritten.length > 0;
    },
    write() {
      const now = unwritten;
      for (const { time, source, sinks } of now) {
        const possible = Math.floor(Math.max(-FARTHEST, Math.min(FARTHEST, time)));
        for (const [sink, lines] of sinks)
          add.run(Math.floor(possible / 1000), source, sink, possible, lines);
      }
      if (now.length > 0 && rows() > MOST) makeRoom();
      return () => {
        unwritten = unwritten.slice(now.length);
      };
    },
  };
}

/**
 * Where lines were given up, in the order of their time, from a data folder that another process may write to.
 * None where there is no spool, or one that was made before this was kept.
 * @throws what the database throws
 */
export function readDrops(dataDir: string): Drop[] {
  const file = join(dataDir, "spool.db");
  if (!existsSync(file)) return [];
  const db = openDatabase(file, { readOnly: true });
  try {
    if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'drops'").get()) return [];
    const drops = new Map<string, { time: number; source: string; sinks: [string, number][] }>();
    for (const row of db.prepare("SELECT second, source, sink, time, lines FROM drops").all()) {
      const [source, time] = [String(row.source), Number(row.time)];
      const key = `${row.second} ${source}`;
      const drop = drops.get(key) ?? { time, source, sinks: [] };
      drops.set(key, drop);
      drop.time = Math.min(drop.time, time);
      drop.sinks.push([String(row.sink), Number(row.lines)]);
    }
    return [...drops.values()].sort((a, b) => a.time - b.time);
  } finally {
    db.close();
  }
}
