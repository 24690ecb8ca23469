import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { reasonOf } from "../../errors.ts";
import { forEachOf } from "../../lib/each.ts";
import type { Log } from "../../lib/log.ts";
import { statKey } from "./generations.ts";
import { isGone, leadsBack, targetOf } from "./links.ts";
import type { Mounts } from "./mounts.ts";
import type { Matcher } from "./paths.ts";

/** Links of a folder that are looked at, at once. */
const LOOKS = 16;

/** What was found in a folder. */
export interface Listing {
  /** Matching files. */
  readonly found: Set<string>;
  /** Those of them that no change events come of. */
  readonly silent: ReadonlySet<string>;
  /** Those of them that are links. */
  readonly links: readonly string[];
  /** The path leads to another folder than when it was last listed. */
  readonly swapped: boolean;
  /** Folders to go on in, and those of them that are links. */
  readonly below: readonly string[];
  readonly linked: readonly string[];
}

export interface Folders {
  list(folder: string): Promise<Listing>;
  /** Why folders can't be looked into; those that are gone by now are left out after `forgetGone`. */
  readonly unreadable: ReadonlyMap<string, string>;
  forgetGone(): Promise<void>;
  /** A folder that is not there any more need not be told from another at its path. */
  forget(folder: string): void;
}

/** @param poll whether all files (true) or none (false) count as silent; undefined: the file system says */
export function createFolders(
  matcher: Matcher,
  mounts: Mounts,
  poll: boolean | undefined,
  log: Log,
): Folders {
  /** Which folder each path led to (see `statKey`). */
  const keys = new Map<string, string>();
  const unreadable = new Map<string, string>();
  /** File systems that were told of. */
  const said = new Set<string>();

  const entriesOf = async (folder: string): Promise<Dirent[]> => {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      unreadable.delete(folder);
      return entries;
    } catch (error) {
      if (isGone(error)) unreadable.delete(folder);
      else if (!unreadable.has(folder)) {
        unreadable.set(folder, reasonOf(error));
        log.warn(`${folder} can't be looked into, the rest goes on: ${reasonOf(error)}`);
      }
      return [];
    }
  };

  const isSilent = async (folder: string): Promise<boolean> => {
    if (poll !== undefined) return poll;
    const kind = await mounts.remote(await realpath(folder).catch(() => folder));
    if (kind !== undefined && !said.has(kind)) {
      said.add(kind);
      log.info(
        `${folder} lies on ${kind}, which tells nothing of what others write: its files are looked at every second`,
      );
    }
    return kind !== undefined;
  };

  const isSwapped = async (folder: string): Promise<boolean> => {
    const here = await stat(folder).catch(() => undefined);
    const was = keys.get(folder);
    if (here) keys.set(folder, statKey(here));
    return here !== undefined && was !== undefined && was !== statKey(here);
  };

  return {
    unreadable,
    async forgetGone() {
      for (const folder of unreadable.keys()) {
        if (!(await stat(folder).catch(() => undefined))) unreadable.delete(folder);
      }
    },
    forget: (folder) => void keys.delete(folder),
    async list(folder) {
      const found = new Set<string>();
      const turned = new Set<string>();
      const links: string[] = [];
      const linked: string[] = [];
      const below: string[] = [];
      const swapped = await isSwapped(folder);
      const silent = await isSilent(folder);
      await forEachOf(await entriesOf(folder), LOOKS, async (entry) => {
        const path = join(folder, entry.name);
        const matches = !entry.isDirectory() && matcher.matches(path);
        if (entry.isDirectory()) {
          if (matcher.leads(path)) below.push(path);
        } else if (entry.isFile()) {
          if (matches) found.add(path);
        } else if (entry.isSymbolicLink() && (matches || matcher.leads(path))) {
          const target = await targetOf(path);
          if (target === "file" && matches) {
            found.add(path);
            links.push(path);
            const place = silent ? undefined : await realpath(path).catch(() => undefined);
            if (place !== undefined && (await isSilent(dirname(place)))) turned.add(path);
          }
          if (target === "folder" && matcher.leads(path) && !(await leadsBack(path, folder)))
            linked.push(path);
        }
      });
      return {
        found,
        silent: silent ? new Set(found) : turned,
        links,
        swapped,
        below: [...below, ...linked],
        linked,
      };
    },
  };
}
