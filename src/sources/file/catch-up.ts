import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { forEachOf } from "../../lib/each.ts";
import type { Log } from "../../lib/log.ts";
import type { Generation } from "../../spool/checkpoints.ts";
import { type Generations, isOld, keyOf, statKey } from "./generations.ts";
import { identify, type Verdict } from "./identity.ts";
import { cachedListings, type Listings, whereIs } from "./listings.ts";
import { remounted } from "./remount.ts";
import { familiesOf } from "./roster.ts";

/** Files that are opened and told apart at once; the thread pool runs four calls of them. */
const AT_ONCE = 16;

interface Means {
  readonly generations: Generations;
  readonly log: Log;
  visit(path: string): Promise<void>;
  finish(generation: Generation, verdict: string, listings: Listings, unseen?: unknown): Promise<void>;
  /** It can't be looked at: it is looked for again. */
  astray(generation: Generation, error: unknown): void;
  /** A file that was read to its end lies where no pattern looks, if it is there: it may have grown. */
  watch(generation: Generation): void;
  /** Whether a file is left alone: nothing of it is unread, and it has not changed for long. */
  sleeps(path: string, stats: Stats, generation: Generation): boolean;
  /** Reads an open file to its end that lies where no pattern looks. */
  follow(handle: FileHandle, generation: Generation): void;
  stopped(): boolean;
}

/**
 * Goes on where an earlier run stopped. Files that are what was read of them come first, wherever they lie now;
 * then those that are not any more claim their copies; new files last, lest a copy is taken for one.
 * @param rows what earlier runs left, oldest first
 * @param present paths to follow, sorted
 */
export async function takeUp(
  rows: readonly Generation[],
  present: readonly string[],
  { generations, log, visit, finish, astray, watch, sleeps, follow, stopped }: Means,
): Promise<void> {
  const unfinished = rows.filter(({ ended }) => !ended);
  const places = rows.length > 0 ? await placesOf(present) : NOWHERE;
  generations.remount(await remounted(rows, places.byPath, AT_ONCE));
  const known = new Set<string>();
  const lost: { generation: Generation; verdict: string; unseen?: unknown }[] = [];

  const folders = cachedListings();
  await forEachOf(
    unfinished,
    AT_ONCE,
    async (generation) => {
      const key = keyOf(generation);
      const here = places.byKey.get(key);
      const latest = generations.get(key) === generation;
      let path = here?.find((one) => one === generation.path) ?? here?.[0];
      try {
        path ??= await whereIs(key, dirname(generation.path), folders);
      } catch (unseen) {
        lost.push({ generation, verdict: latest ? "removed" : "replaced", unseen });
        return;
      }
      try {
        const stats = path === undefined ? undefined : places.byPath.get(path);
        const left = path !== undefined && stats && sleeps(path, stats, generation);
        if (left && latest) return;
        const verdict = await verdictOn(path, generation);
        if (path !== undefined && latest && verdict === undefined) {
          astray(generation, new Error(`${path} was renamed or removed at this moment`));
        } else if (path === undefined || (verdict !== "same" && verdict !== "grown") || !latest) {
          // Another file may stand in its place.
          const gone = places.byPath.has(generation.path) ? "replaced" : "removed";
          lost.push({ generation, verdict: verdict ?? gone });
        } else if (here) {
          known.add(path);
          await visit(path);
        } else {
          const handle = await open(path, "r");
          generation.path = path;
          log.info(`${path} was rotated while it was not watched: its rest is read`);
          follow(handle, generation);
        }
      } catch (error) {
        if (latest) astray(generation, error);
        else lost.push({ generation, verdict: "replaced" });
      }
    },
    stopped,
  );

  // Listed anew, as a copy is made before its original is truncated.
  const anew = cachedListings();
  await forEachOf(
    lost,
    AT_ONCE,
    ({ generation, verdict, unseen }) => finish(generation, verdict, anew, unseen),
    stopped,
  );

  for (const row of rows) {
    const key = keyOf(row);
    if (row.ended && !isOld(row) && generations.get(key) === row && !places.byKey.has(key)) watch(row);
  }

  const visitAll = async (family: readonly string[]): Promise<void> => {
    for (const path of family) if (!stopped()) await visit(path);
  };
  await forEachOf(familiesOf(present.filter((path) => !known.has(path))), AT_ONCE, visitAll, stopped);
}

interface Places {
  /** Where the file of each inode (see `keyOf`) lies: at several paths if there are links to it. */
  readonly byKey: ReadonlyMap<string, readonly string[]>;
  readonly byPath: ReadonlyMap<string, Stats>;
}

const NOWHERE: Places = { byKey: new Map(), byPath: new Map() };

async function placesOf(paths: readonly string[]): Promise<Places> {
  const byKey = new Map<string, string[]>();
  const byPath = new Map<string, Stats>();
  await forEachOf(paths, AT_ONCE, async (path) => {
    const found = await stat(path).catch(() => undefined);
    if (!found) return;
    const key = statKey(found);
    byPath.set(path, found);
    byKey.set(key, [...(byKey.get(key) ?? []), path]);
  });
  return { byKey, byPath };
}

async function verdictOn(path: string | undefined, generation: Generation): Promise<Verdict | undefined> {
  const handle = path === undefined ? undefined : await open(path, "r");
  if (!handle) return undefined;
  try {
    const stats = await handle.stat();
    return statKey(stats) === keyOf(generation) ? await identify(handle, stats.size, generation) : undefined;
  } finally {
    await handle.close();
  }
}
