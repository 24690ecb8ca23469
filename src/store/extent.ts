import type { DatabaseSync } from "node:sqlite";
import { OFFSETS } from "./schema.ts";
import type { Key } from "./window-cut.ts";

/** The id of the last record of each file, by its serial, and that by the number of the segment. */
export type Extent = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** Of one segment. */
export function lastIds(db: DatabaseSync): ReadonlyMap<number, number> {
  const rows = db.prepare("SELECT serial, base, high FROM files").all();
  return new Map(
    rows.map(({ serial, base, high }) => [
      Number(serial),
      Number(serial) * OFFSETS + Number(high) - Number(base),
    ]),
  );
}

/** Whether a record was there already. */
export function isWithin(extent: Extent, [, , segment, id]: Key): boolean {
  return id <= (extent.get(segment)?.get(Math.floor(id / OFFSETS)) ?? -1);
}
