import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "../../errors.ts";
import { forEachOf } from "../../lib/each.ts";
import { statKey } from "./generations.ts";
import { existing, isGone } from "./links.ts";

/** Calls of `stat` under way at once: the thread pool runs four. */
const STATS = 16;
const DEAD_ENDS: ReadonlySet<string> = new Set(["EACCES", "EPERM", "ELOOP"]);

/** A file in a folder, links resolved. */
export interface Entry {
  readonly path: string;
  readonly stats: Stats;
}

/** What could be seen of a folder. */
interface Survey {
  readonly entries: readonly Entry[];
  /** Its file system, or that of its nearest parent if it is gone. */
  readonly device: number | undefined;
  /** Why not all of it could be seen. */
  readonly error?: unknown;
}

/** Lists folders with what `stat` says of the files in them. */
export interface Listings {
  /**
   * The files that lie in a folder now; none if it can't be read. Whoever asks while a listing is under way
   * gets the next one together with all others that do: a thousand files rotated at once cost two listings.
   */
  list(folder: string): Promise<readonly Entry[]>;
  /** The same, with what tells whether a file that is not there is gone. */
  survey(folder: string): Promise<Survey>;
  /**
   * The files in the folders directly below one, where rotation may put what is done (logrotate's `olddir`). Of
   * many folders only those are looked into whose names say so.
   */
  below(folder: string): Promise<readonly Entry[]>;
}

/** As many folders are looked into whatever their names are. */
const FOLDERS = 32;
const ASIDE = /old|arch|rotat|back|prev/i;

/**
 * Where the file of an inode lies now: in a folder or directly below it; undefined if it is gone.
 * @param key see `keyOf`
 * @throws when that can't be told: the folder can't be read, or its file system is not mounted
 */
export async function whereIs(key: string, folder: string, listings: Listings): Promise<string | undefined> {
  const lies = ({ stats }: Entry): boolean => statKey(stats) === key;
  const { entries, device, error } = await listings.survey(folder);
  const found = entries.find(lies) ?? (await listings.below(folder)).find(lies);
  if (found) return found.path;
  if (error !== undefined) throw new Error(`${folder} can't be looked into: ${reasonOf(error)}`);
  const mine = (dev: number | undefined): boolean => key.startsWith(`${dev}:`);
  if (!mine(device) && !entries.some(({ stats }) => mine(stats.dev)))
    throw new Error(`${folder} lies on another file system than before: it may not be mounted yet`);
  return undefined;
}

/** Each folder is listed once. */
export function cachedListings(): Listings {
  const { survey, below } = createListings();
  const seen = once(survey);
  return { list: async (folder) => (await seen(folder)).entries, survey: seen, below: once(below) };
}

function once<Result>(ask: (folder: string) => Promise<Result>): (folder: string) => Promise<Result> {
  const answers = new Map<string, Promise<Result>>();
  return (folder) => {
    const answer = answers.get(folder) ?? ask(folder);
    answers.set(folder, answer);
    return answer;
  };
}

export function createListings(): Listings {
  const running = new Map<string, Promise<Survey>>();
  const next = new Map<string, Promise<Survey>>();

  const begin = (folder: string): Promise<Survey> => {
    const listing = read(folder).finally(() => running.delete(folder));
    running.set(folder, listing);
    return listing;
  };

  const survey = (folder: string): Promise<Survey> => {
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

  const list = async (folder: string): Promise<readonly Entry[]> => (await survey(folder)).entries;

  return {
    list,
    survey,
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

async function read(folder: string): Promise<Survey> {
  const entries: Entry[] = [];
  const device = (await stat(await existing(folder)).catch(() => undefined))?.dev;
  let error: unknown;
  const blame = (cause: unknown): undefined => {
    if (!isGone(cause)) error ??= cause;
  };
  const names = (await readdir(folder).catch(blame)) ?? [];
  let unseen: unknown;
  await forEachOf(names.sort(), STATS, async (name) => {
    const path = join(folder, name);
    const stats = await stat(path).catch((cause: NodeJS.ErrnoException) => {
      // Links may lead to where nobody may look, or in a circle.
      if (DEAD_ENDS.has(cause.code ?? "")) unseen ??= cause;
      else blame(cause);
    });
    if (stats?.isFile()) entries.push({ path, stats });
  });
  if (entries.length === 0) error ??= unseen;
  return { entries, device, ...(error !== undefined && { error }) };
}
