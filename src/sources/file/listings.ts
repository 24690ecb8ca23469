import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { forEachOf } from "../../lib/each.ts";
import { statKey } from "./generations.ts";

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
  /**
   * The files in the folders directly below one, where rotation may put what is done (logrotate's `olddir`). Of
   * many folders only those are looked into whose names say so.
   */
  below(folder: string): Promise<readonly Entry[]>;
}

/** As many folders are looked into whatever their names are. */
const FOLDERS = 32;
const ASIDE = /old|arch|rotat|back|prev/i;

/** Where the file of an inode lies now: in a folder or directly below it. @param key see `keyOf` */
export async function whereIs(
  key: string,
  folder: string,
  { list, below }: Listings,
): Promise<string | undefined> {
  const lies = ({ stats }: Entry): boolean => statKey(stats) === key;
  return ((await list(folder)).find(lies) ?? (await below(folder)).find(lies))?.path;
}

export function createListings(): Listings {
  const running = new Map<string, Promise<readonly Entry[]>>();
  const next = new Map<string, Promise<readonly Entry[]>>();

  const begin = (folder: string): Promise<readonly Entry[]> => {
    const listing = read(folder).finally(() => running.delete(folder));
    running.set(folder, listing);
    return listing;
  };

  const list = (folder: string): Promise<readonly Entry[]> => {
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
  };

  return {
    list,
    async below(folder) {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      const names = entries.filter((one) => one.isDirectory()).map(({ name }) => name);
      const likely = names.length > FOLDERS ? names.filter((name) => ASIDE.test(name)) : names;
      const lists: Entry[] = [];
      for (const name of likely.sort()) lists.push(...(await list(join(folder, name))));
      return lists;
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
