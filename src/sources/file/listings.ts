import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { forEachOf } from "../../lib/each.ts";

/** Calls of `stat` under way at once: the thread pool runs four. */
const STATS = 16;

/** A file in a folder, links resolved. */
export interface Entry {
  readonly path: string;
  readonly stats: Stats;
}

/** Lists folders with what `stat` says of the files in them. */
export interface Listings {
  /**
   * The files that lie in a folder now; none if it can't be read. Whoever asks while a listing is under way
   * gets the next one together with all others that do: a thousand files rotated at once cost two listings.
   */
  list(folder: string): Promise<readonly Entry[]>;
}

export function createListings(): Listings {
  const running = new Map<string, Promise<readonly Entry[]>>();
  const next = new Map<string, Promise<readonly Entry[]>>();

  const begin = (folder: string): Promise<readonly Entry[]> => {
    const listing = read(folder).finally(() => running.delete(folder));
    running.set(folder, listing);
    return listing;
  };

  return {
    list(folder) {
      const before = running.get(folder);
      if (!before) return begin(folder);
      const planned = next.get(folder);
      if (planned) return planned;
      const listing = before.then(() => {
        next.delete(folder);
        return begin(folder);
      });
      next.set(folder, listing);
      return listing;
    },
  };
}

async function read(folder: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  const names = await readdir(folder).catch(() => []);
  await forEachOf(names.sort(), STATS, async (name) => {
    const path = join(folder, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile()) entries.push({ path, stats });
  });
  return entries;
}
