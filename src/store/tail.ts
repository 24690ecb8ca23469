import type { DatabaseSync } from "node:sqlite";
import { type Fields, LEVELS } from "../model.ts";
import { levelPlace, type Row } from "./rows.ts";
import { OFFSETS } from "./schema.ts";
import { statusOf } from "./status.ts";

/** The table of what is too little for a block, by the serial of the file. */
export interface Tail {
  /** Rows that wait, of each serial. */
  counts(): Map<number, number>;
  read(serial: number, start: number): Row[];
  insert(rows: readonly Row[], start: number): void;
  remove(serial: number): void;
}

export function createTail(db: DatabaseSync): Tail {
  const insert = db.prepare("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?)");
  const remove = db.prepare("DELETE FROM rows WHERE id >= ? AND id < ?");
  const read = readTail(db);
  return {
    counts() {
      const groups = db.prepare(`SELECT id / ${OFFSETS} AS serial, count(*) AS n FROM rows GROUP BY 1`).all();
      return new Map(groups.map(({ serial, n }) => [Number(serial), Number(n)]));
    },
    read,
    insert(rows, start) {
      for (const { offset, time, nanos, level, message, raw, fields, error } of rows) {
        const body = JSON.stringify([raw, message === raw ? null : message, fields, error ?? null]);
        const status = statusOf(fields) ?? null;
        insert.run(start + offset, time, nanos, levelPlace(level) ?? null, status, body);
      }
    },
    remove: (serial) => void remove.run(serial * OFFSETS, (serial + 1) * OFFSETS),
  };
}

/** Reads what waits of one serial, in order; `start` makes the id of an offset when it is added. */
export function readTail(db: DatabaseSync): (serial: number, start: number) => Row[] {
  const select = db.prepare("SELECT * FROM rows WHERE id >= ? AND id < ? ORDER BY id");
  return (serial, start) =>
    select.all(serial * OFFSETS, (serial + 1) * OFFSETS).map(({ id, time, nanos, level, body }) => {
      const [raw, message, fields, error] = JSON.parse(String(body)) as [
        string,
        string | null,
        Fields,
        string | null,
      ];
      return {
        offset: Number(id) - start,
        time: Number(time),
        nanos: Number(nanos),
        level: level === null ? undefined : LEVELS[Number(level)],
        message: message ?? raw,
        raw,
        fields,
        error: error ?? undefined,
      };
    });
}
