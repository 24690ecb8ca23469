import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the store dropped to make room, or for its age. */
export interface Removed {
  /** Number of the last segment that was dropped; 0: none was. */
  readonly through: number;
  readonly records: number;
  /** So many of them for their age, and not to make room. */
  readonly aged: number;
}

const NAME = "removed.json";

/** None where nothing was counted, or the count can't be read. */
export function readRemoved(folder: string): Removed {
  try {
    const { through, records, aged } = JSON.parse(
      readFileSync(join(folder, NAME), "utf8"),
    ) as Partial<Removed>;
    if (Number.isSafeInteger(through) && Number.isSafeInteger(records))
      return {
        through: through ?? 0,
        records: records ?? 0,
        aged: Number.isSafeInteger(aged) ? (aged ?? 0) : 0,
      };
  } catch {
    // There is none yet.
  }
  return { through: 0, records: 0, aged: 0 };
}

/**
 * Counts a segment that is about to be dropped, once however often that is tried.
 * @param aged it is dropped for its age alone
 * @throws what the file system throws
 */
export function noteRemoved(folder: string, segment: number, records: number, aged: boolean): void {
  const before = readRemoved(folder);
  if (segment <= before.through) return;
  const next: Removed = {
    through: segment,
    records: before.records + records,
    aged: before.aged + (aged ? records : 0),
  };
  const path = join(folder, NAME);
  writeFileSync(`${path}.new`, JSON.stringify(next));
  renameSync(`${path}.new`, path);
}
