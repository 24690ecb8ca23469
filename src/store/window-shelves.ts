import { openShelf, type Shelf } from "./window-parts.ts";

/** The stores that are searched, each opened once. */
export interface Shelves {
  of(dataDir: string): Shelf;
  /** Closes those that are not used. */
  keep(used: ReadonlySet<string>): void;
}

export function createShelves(): Shelves {
  const open = new Map<string, Shelf>();
  return {
    of(dataDir) {
      const shelf = open.get(dataDir) ?? openShelf(dataDir);
      open.set(dataDir, shelf);
      return shelf;
    },
    keep(used) {
      for (const [dataDir, shelf] of open) {
        if (used.has(dataDir)) continue;
        shelf.close();
        open.delete(dataDir);
      }
    },
  };
}
