import type { DatabaseSync } from "node:sqlite";
import type { Came, Mark } from "../lib/instant.ts";
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

/** The same in little: nothing is written to a segment any more once there is another. */
export function markOf(extent: Extent): Mark {
  const segment = Math.max(0, ...extent.keys());
  return { segment, files: [...(extent.get(segment) ?? [])] };
}

/** What came after one mark, and was there at another, in a form that is quick to ask. */
export interface Stretch {
  readonly after?: Limit | undefined;
  readonly upTo?: Limit | undefined;
}
interface Limit {
  readonly segment: number;
  readonly last: ReadonlyMap<number, number>;
}

/** Undefined: no mark bounds it. @param extent of the store, as it is now */
export function stretchOf({ after, upTo }: Came, extent: Extent): Stretch | undefined {
  if (!after?.mark && !upTo?.mark) return undefined;
  const newest = Math.max(0, ...extent.keys());
  const limit = (mark: Mark | undefined): Limit | undefined =>
    // A store that was deleted begins with the first segment again: what it has now came later.
    mark && { segment: mark.segment > newest ? 0 : mark.segment, last: new Map(mark.files) };
  return { after: limit(after?.mark), upTo: limit(upTo?.mark) };
}

/** The ids of a file's records in a segment that are within, above the one and up to the other. */
export function idsWithin(
  { after, upTo }: Stretch,
  segment: number,
  serial: number,
): readonly [above: number, last: number] {
  const above = after ? lastOf(after, segment, serial) : -1;
  return [above, upTo ? lastOf(upTo, segment, serial) : Number.POSITIVE_INFINITY];
}

function lastOf(limit: Limit, segment: number, serial: number): number {
  if (segment !== limit.segment) return segment < limit.segment ? Number.POSITIVE_INFINITY : -1;
  return limit.last.get(serial) ?? -1;
}
