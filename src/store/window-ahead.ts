import type { Need, Rows } from "./rows.ts";
import { createUnpacker, type Unpacker } from "./unpacker.ts";
import type { Part } from "./window-parts.ts";

/** Blocks that stay in memory though nobody has come for them, as when a search has ended meanwhile. */
const MOST = 32;

/** Parts whose blocks are unpacked on other threads before a search comes to them. */
export interface Ahead {
  /**
   * Begins to unpack; undefined where nothing is to be done. What it gives resolves also when that failed: whoever
   * reads the part will tell.
   */
  start(part: Part, rows: Rows, need: Need): Promise<void> | undefined;
  /** The block of a part, when it is unpacked or not: it is forgotten here. */
  take(part: Part): Rows | undefined;
  drop(part: Part): void;
  clear(): void;
}

export function createAhead(): Ahead {
  const blocks = new Map<Part, Rows>();
  let unpacker: Unpacker | undefined;
  return {
    start(part, rows, need) {
      unpacker ??= createUnpacker();
      const coming = rows.ahead?.(need, unpacker);
      if (!coming) return undefined;
      blocks.set(part, rows);
      const [oldest] = blocks.keys();
      if (oldest && blocks.size > MOST) blocks.delete(oldest);
      return coming.catch(() => undefined);
    },
    take(part) {
      const rows = blocks.get(part);
      blocks.delete(part);
      return rows;
    },
    drop: (part) => void blocks.delete(part),
    clear() {
      blocks.clear();
      unpacker?.close();
      unpacker = undefined;
    },
  };
}
