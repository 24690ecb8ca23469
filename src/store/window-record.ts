import type { StoredRecord } from "./reader.ts";
import { recordOf } from "./runs.ts";
import type { Key } from "./window-cut.ts";
import type { Shelf } from "./window-parts.ts";

/**
 * The record of a key, whatever is searched for; undefined when the store no longer has it. Throws on damaged data.
 * What has changed in the store meanwhile is taken note of: see `Shelf.changed`.
 */
export function recordIn(shelf: Shelf, key: Key): StoredRecord | undefined {
  const [time, nanos, segment, id] = key;
  for (const part of shelf.parts()) {
    if (part.segment !== segment || part.minTime > time || part.maxTime < time) continue;
    const rows = shelf.open(part);
    for (let at = 0; rows && at < rows.count; at++) {
      if (rows.id(at) !== id || rows.time(at) !== time || rows.nanos(at) !== nanos) continue;
      return recordOf({ rows, at, file: part.file });
    }
  }
  return undefined;
}
