import type { DatabaseSync } from "node:sqlite";

export interface Cursor {
  /** All blocks up to this number were delivered. */
  readonly seq: number;
  /** What the sink gave with its last write. */
  readonly state: unknown;
}

/** Where each sink stands: changed in memory, written with the next transaction of the spool. */
export interface Cursors {
  sinks(): Iterable<string>;
  has(sink: string): boolean;
  /** A sink never seen stands at `fresh`. */
  get(sink: string, fresh: number): Cursor;
  /** Moves a cursor forward, if there is one; `undefined` keeps the state. */
  advance(sink: string, seq: number, state: unknown): void;
  /** Moves all that stand before `seq` there, and names them. */
  skipTo(seq: number): readonly string[];
  /** Drops the cursors of all other sinks. */
  retain(sinks: readonly string[]): void;
  /** What all sinks have passed; `head` when there is no sink. */
  lowest(head: number): number;
  /** The furthest any sink has come; 0 without one. */
  readonly highest: number;
  /** Something is to be written. */
  readonly dirty: boolean;
  /** Writes what changed, within the caller's transaction; call the result once that is committed. */
  write(now: number): () => void;
}

/** Reads the cursors of earlier runs. */
export function createCursors(db: DatabaseSync): Cursors {
  const upsert = db.prepare(
    "INSERT INTO cursors VALUES (?, ?, ?, ?) ON CONFLICT (sink) DO UPDATE SET seq = excluded.seq, state = excluded.state, updated = excluded.updated",
  );
  const remove = db.prepare("DELETE FROM cursors WHERE sink = ?");
  const cursors = new Map<string, { seq: number; state: unknown }>();
  for (const row of db.prepare("SELECT sink, seq, state FROM cursors").all()) {
    const state = row.state === null ? undefined : JSON.parse(String(row.state));
    cursors.set(String(row.sink), { seq: Number(row.seq), state });
  }
  /** Sinks whose row differs from what is here, also for being gone. */
  const changed = new Set<string>();

  return {
    sinks: () => cursors.keys(),
    has: (sink) => cursors.has(sink),
    get(sink, fresh) {
      let cursor = cursors.get(sink);
      if (!cursor) {
        cursor = { seq: fresh, state: undefined };
        cursors.set(sink, cursor);
        changed.add(sink);
      }
      return { ...cursor };
    },
    advance(sink, seq, state) {
      const cursor = cursors.get(sink);
      if (!cursor) return;
      cursor.seq = Math.max(cursor.seq, seq);
      if (state !== undefined) cursor.state = state;
      changed.add(sink);
    },
    skipTo(seq) {
      const behind: string[] = [];
      for (const [sink, cursor] of cursors) {
        if (cursor.seq >= seq) continue;
        cursor.seq = seq;
        changed.add(sink);
        behind.push(sink);
      }
      return behind;
    },
    retain(sinks) {
      for (const sink of cursors.keys()) {
        if (sinks.includes(sink)) continue;
        cursors.delete(sink);
        changed.add(sink);
      }
    },
    lowest(head) {
      let low = head;
      for (const { seq } of cursors.values()) low = Math.min(low, seq);
      return low;
    },
    get highest() {
      let high = 0;
      for (const { seq } of cursors.values()) high = Math.max(high, seq);
      return high;
    },
    get dirty() {
      return changed.size > 0;
    },
    write(now) {
      for (const sink of changed) {
        const cursor = cursors.get(sink);
        if (!cursor) remove.run(sink);
        else
          upsert.run(sink, cursor.seq, cursor.state === undefined ? null : JSON.stringify(cursor.state), now);
      }
      return () => changed.clear();
    },
  };
}
