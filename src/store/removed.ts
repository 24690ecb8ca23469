import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the store dropped to make room, or for its age. */
export interface Removed {
  /** Number of the last segment that was dropped; 0: none was. */
  readonly through: number;
  readonly records: number;
}

const NAME = "removed.json";

/** None where nothing was counted, or the count can't be read. */
export function readRemoved(folder: string): Removed {
  try {
    const { through, records } = JSON.parse(readFileSync(join(folder, NAME), "utf8")) as Partial<Removed>;
    if (Number.isSafeInteger(through) && Number.isSafeInteger(records))
      return { through: through ?? 0, records: records ?? 0 };
  } catch {
    // There is none yet.
  }
  return { through: 0, records: 0 };
}

/**
 * Counts a segment that is about to be dropped, once however often that is tried.
 * @throws what the file system throws
 */
export function noteRemoved(folder: string, segment: number, records: number): void {
  const before = readRemoved(folder);
  if (segment <= before.through) return;
  const next: Removed = { through: segment, records: before.records + records };
  const path = join(folder, NAME);
  writeFileSync(`${path}.new`, JSON.stringify(next));
  renameSync(`${path}.new`, path);
}
