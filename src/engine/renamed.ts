import { isDeepStrictEqual } from "node:util";
import type { SourceConfig } from "../config/config.ts";
import { topicOf } from "../lib/messages.ts";
import type { Checkpoints } from "../spool/checkpoints.ts";

/**
 * Sources that only got another id: the new one by the old. Where several are alike nobody can tell which is
 * which, and none is taken for another.
 */
export function renamedSources(
  removed: readonly SourceConfig[],
  added: readonly SourceConfig[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const old of removed) {
    const alike = (other: SourceConfig): boolean => isDeepStrictEqual({ ...other, id: old.id }, old);
    const [heir, ...more] = added.filter(alike);
    if (heir && more.length === 0 && removed.filter(alike).length === 1) found.set(old.id, heir.id);
  }
  return found;
}

/**
 * Has a source go on where another stopped, which is gone: with what is known of its files, also of those that
 * were read to their end. Their lines get new ids from there on.
 */
export function inherit(checkpoints: Checkpoints, from: string, to: string): void {
  // What it knew under this id in former times has been overtaken.
  retire(checkpoints, to);
  for (const { ended, parser, foundAs, key, ...known } of checkpoints.load(from)) {
    // A partition's key is its group's, whatever the source is called.
    const own = topicOf(known.path) !== undefined && { key };
    const generation = checkpoints.create({ ...known, ...own, source: to });
    Object.assign(generation, { ended, foundAs, ...(parser !== undefined && { parser }) });
    checkpoints.save(generation);
  }
  retire(checkpoints, from);
  const note = checkpoints.noted(from);
  if (note !== undefined) checkpoints.note(to, note);
}

/** Blocks that still wait need the rows that they name. */
function retire(checkpoints: Checkpoints, source: string): void {
  for (const generation of checkpoints.load(source)) {
    generation.ended = true;
    checkpoints.save(generation);
    checkpoints.forget(generation);
  }
}
