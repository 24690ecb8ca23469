import type { Part, Shelf } from "./window-parts.ts";
import { needOf } from "./window-select.ts";

/** So many are unpacked, or wait for it, ahead of the one that is looked at; and so many are passed over for them. */
const AHEAD = 4;
const FURTHER = 64;

/** What a search comes to next, and whether it is unpacked. */
export interface Readiness {
  /** Begins to unpack what comes next; resolves when the first of it is unpacked. */
  wait(waiting: readonly Part[]): Promise<void>;
  /** Whether the next can be looked at without waiting; always where nobody ever waited. */
  next(waiting: readonly Part[]): boolean;
}

/** @param settled whether a part need not be looked at */
export function createReadiness(shelf: Shelf, query: string, settled: (part: Part) => boolean): Readiness {
  const need = needOf(query);
  /** Those that were asked for, also when they have come. */
  const asked = new WeakSet<Part>();
  const coming = new Map<Part, Promise<void>>();
  let waited = false;

  /** @param waiting the next one last */
  const start = (waiting: readonly Part[]): void => {
    if (!need) return;
    const last = Math.max(0, waiting.length - FURTHER);
    for (let at = waiting.length - 1; at >= last && coming.size < AHEAD; at--) {
      const part = waiting[at] as Part;
      if (asked.has(part)) continue;
      asked.add(part);
      const unpacked = settled(part) ? undefined : shelf.ahead(part, need);
      if (unpacked)
        coming.set(
          part,
          unpacked.then(() => void coming.delete(part)),
        );
    }
  };

  return {
    async wait(waiting) {
      waited = true;
      start(waiting);
      const next = waiting.at(-1);
      await (next && coming.get(next));
    },
    next(waiting) {
      if (waited) start(waiting);
      const next = waiting.at(-1);
      return !next || !coming.has(next);
    },
  };
}
