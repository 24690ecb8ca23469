import type { Rows } from "./rows.ts";
import type { Hits } from "./window-hits.ts";
import type { Part, Shelf } from "./window-parts.ts";

/** Above so many hits, or parts with hits, a sample of the parts is counted: it takes a second or two. */
export const MOST = { hits: 1_000_000, parts: 1_000 };
/** Of what waits for a block, which is counted anew each time. */
const WAITING = 10_000;

export type Places = ArrayLike<number> & Iterable<number>;

interface Counter {
  /** Takes hits of a part. */
  readonly count: (part: Part, rows: Rows, places: Places) => void;
  /** What was counted so far is forgotten. */
  readonly restart: () => void;
}

/**
 * Goes through a search's hits part by part, in an order that has nothing to do with what they hold, so that what
 * was counted so far is a sample of all; of very many hits no more than that is.
 */
export interface Sample {
  /** Counts on for at least one part and about `budget` ms; false when nothing is left. */
  work(budget: number): boolean;
  /** Hands over what waits for a block: that is another thing each time. How many hits these are. */
  waiting(count: Counter["count"]): number;
  /** All that was counted is to be counted anew. */
  again(): void;
  /** Hits that were counted, of how many, but for what waits; `done`: no more will be. */
  figures(): { readonly counted: number; readonly hits: number; readonly done: boolean };
}

/** @param hits of a search that has looked at everything before the first call of `work` */
export function createSample(
  shelf: Pick<Shelf, "peek">,
  hits: ReadonlyMap<Part, Hits>,
  counter: Counter,
  { hits: mostHits, parts: mostParts } = MOST,
): Sample {
  let counted = new Map<Part, number>();
  /** Parts whose hash lies below this are in the sample. */
  let share = 1;
  let done = false;

  /** Whole parts of the sample that are not counted yet; begins anew when what was counted is gone. */
  const list = (): { part: Part; hits: Hits; hash: number }[] => {
    for (const part of counted.keys()) if (!hits.has(part)) restart();
    const all = [...hits.values()].filter(({ part, count }) => part.whole && count > 0);
    const sum = all.reduce((total, { count }) => total + count, 0);
    const most = Math.min(1, mostHits / Math.max(1, sum), mostParts / Math.max(1, all.length));
    // What comes belongs to the sample in the same share, until that would be twice as much as is wanted.
    if (counted.size === 0 || most < share / 2) {
      if (counted.size > 0) restart();
      share = most;
    }
    return all
      .map((one) => ({ part: one.part, hits: one, hash: hashOf(one.part.name) }))
      .filter(({ part, hash }) => hash < share && !counted.has(part))
      .sort((a, b) => b.hash - a.hash);
  };

  const restart = (): void => {
    done = false;
    counter.restart();
    counted = new Map();
  };

  const count = (part: Part, its: Hits): void => {
    counted.set(part, 0);
    try {
      const rows = shelf.peek(part);
      if (!rows) return;
      counter.count(part, rows, its.places ?? []);
      counted.set(part, its.count);
    } catch {
      // Damaged: it is told that not all were counted.
    }
  };

  return {
    work(budget) {
      const end = performance.now() + budget;
      const left = list();
      do {
        const next = left.pop();
        if (!next) break;
        count(next.part, next.hits);
      } while (performance.now() < end);
      done = left.length === 0;
      return !done;
    },
    waiting(count) {
      let sum = 0;
      for (const its of hits.values()) {
        const { part } = its;
        if (part.whole || its.count === 0 || sum + its.count > WAITING) continue;
        const rows = shelf.peek(part);
        if (!rows) continue;
        count(part, rows, its.places ?? []);
        sum += its.count;
      }
      return sum;
    },
    again: restart,
    figures() {
      let [sum, total] = [0, 0];
      for (const count of counted.values()) sum += count;
      for (const { count } of hits.values()) total += count;
      return { counted: sum, hits: total, done };
    },
  };
}

/** FNV-1a, as a part of one: what stands near each other must not have like values. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // The last characters have hardly reached the upper bits.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32;
}
