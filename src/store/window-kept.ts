import type { Rows } from "./rows.ts";
import type { Part } from "./window-parts.ts";

/** Bytes of what searches look at that stay in memory, of the newest parts: the next key is searched for there too. */
const KEPT = 256 << 20;

/** Fields stay unpacked as long as not more than this share is taken. */
const FIELDS = 0.5;

/** Parts that were read for searches, in bounded memory. What was unpacked goes before the rest, the oldest first. */
export interface Kept {
  get(part: Part): Rows | undefined;
  /** Takes note of a part that was read, or of which more was unpacked; it need not stay. */
  keep(part: Part, rows: Rows): void;
  /** Whether there is room to unpack more of a part than it has by now. */
  roomFor(part: Part): boolean;
  drop(part: Part): void;
  clear(): void;
}

interface Entry {
  readonly part: Part;
  readonly rows: Rows;
  size: number;
  unpacked: number;
}

export function createKept(most = KEPT): Kept {
  const entries = new Map<Part, Entry>();
  /** The same, the oldest first, and up to where nothing is left to be forgotten. */
  let sorted: Entry[] = [];
  let bare = 0;
  let total = 0;

  const placeOf = ({ maxTime }: Part): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as Entry).part.maxTime < maxTime) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const measure = (entry: Entry): void => {
    const { size, unpacked } = entry.rows;
    total += size - entry.size;
    entry.size = size;
    entry.unpacked = unpacked;
  };

  const remove = (entry: Entry): void => {
    entries.delete(entry.part);
    const at = sorted.indexOf(entry, placeOf(entry.part));
    sorted.splice(at, 1);
    if (at < bare) bare--;
    total -= entry.size;
  };

  const shrink = (): void => {
    while (total > most && bare < sorted.length) {
      const entry = sorted[bare++] as Entry;
      if (entry.unpacked === 0) continue;
      entry.rows.forget();
      measure(entry);
    }
    while (total > most && sorted[0]) remove(sorted[0]);
  };

  return {
    get: (part) => entries.get(part)?.rows,
    keep(part, rows) {
      let entry = entries.get(part);
      if (!entry) {
        entry = { part, rows, size: 0, unpacked: 0 };
        entries.set(part, entry);
        const at = placeOf(part);
        sorted.splice(at, 0, entry);
        if (at < bare) bare++;
      }
      measure(entry);
      // Lines are searched with each key, fields seldom: they must not drive lines out.
      if (total > most * FIELDS && entry.unpacked > 0) {
        rows.forgetFields();
        measure(entry);
      }
      if (entry.unpacked > 0) bare = Math.min(bare, placeOf(part));
      if (total > most) shrink();
    },
    roomFor: (part) => total < 0.9 * most || placeOf(part) > bare,
    drop(part) {
      const entry = entries.get(part);
      if (entry) remove(entry);
    },
    clear() {
      entries.clear();
      sorted = [];
      bare = total = 0;
    },
  };
}
