import type { FileHandle } from "node:fs/promises";
import { open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { forEachOf } from "../../lib/each.ts";
import type { Log } from "../../lib/log.ts";
import type { Generation } from "../../spool/checkpoints.ts";
import { type Generations, keyOf, statKey } from "./generations.ts";
import { identify, type Verdict } from "./identity.ts";
import { createListings, type Listings } from "./listings.ts";
import { familiesOf, type Roster } from "./roster.ts";

/** Files that are opened and told apart at once; the thread pool runs four calls of them. */
const AT_ONCE = 16;

interface Means {
  readonly generations: Generations;
  readonly roster: Roster;
  readonly log: Log;
  visit(path: string): Promise<void>;
  finish(generation: Generation, verdict: string, list: Listings["list"]): Promise<void>;
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
  { generations, roster, log, visit, finish, follow, stopped }: Means,
): Promise<void> {
  const unfinished = rows.filter(({ ended }) => !ended);
  const places = unfinished.length > 0 ? await placesOf(present) : new Map<string, string[]>();
  const known = new Set<string>();
  const lost: { generation: Generation; verdict: string }[] = [];

  const folders = cached();
  await forEachOf(
    unfinished,
    AT_ONCE,
    async (generation) => {
      const key = keyOf(generation);
      const here = places.get(key);
      const path =
        here?.find((one) => one === generation.path) ??
        here?.[0] ??
        (await folders.list(dirname(generation.path))).find(({ stats }) => statKey(stats) === key)?.path;
      const verdict = await verdictOn(path, generation);
      if (
        path === undefined ||
        (verdict !== "same" && verdict !== "grown") ||
        generations.get(key) !== generation
      ) {
        lost.push({ generation, verdict: verdict ?? "removed" });
      } else if (here) {
        known.add(path);
        await visit(path);
      } else {
        const handle = await open(path, "r");
        generation.path = path;
        log.info(`${path} was rotated while it was not watched: its rest is read`);
        follow(handle, generation);
      }
    },
    stopped,
  );

  // Listed anew, as a copy is made before its original is truncated.
  const { list } = cached();
  await forEachOf(lost, AT_ONCE, ({ generation, verdict }) => finish(generation, verdict, list), stopped);

  const visitAll = async (family: readonly string[]): Promise<void> => {
    for (const path of family) if (!stopped()) await visit(path);
  };
  await forEachOf(familiesOf(present.filter((path) => !known.has(path))), AT_ONCE, visitAll, stopped);
  if (stopped()) return;
  const here = new Set(present);
  const alive = new Set([...roster.paths.values(), ...roster.retired].map((one) => one.generation));
  generations.forgetOld(rows, (one) => alive.has(one) || here.has(one.path));
}

/** Where the file of each inode lies: at several paths if there are links to it. */
async function placesOf(paths: readonly string[]): Promise<Map<string, string[]>> {
  const places = new Map<string, string[]>();
  await forEachOf(paths, AT_ONCE, async (path) => {
    const found = await stat(path).catch(() => undefined);
    if (!found) return;
    const key = statKey(found);
    places.set(key, [...(places.get(key) ?? []), path]);
  });
  return places;
}

async function verdictOn(path: string | undefined, generation: Generation): Promise<Verdict | undefined> {
  const handle = path === undefined ? undefined : await open(path, "r").catch(() => undefined);
  if (!handle) return undefined;
  try {
    const stats = await handle.stat();
    return statKey(stats) === keyOf(generation) ? await identify(handle, stats.size, generation) : undefined;
  } finally {
    await handle.close();
  }
}

/** Each folder is listed once. */
function cached(): Listings {
  const listings = createListings();
  const folders = new Map<string, ReturnType<Listings["list"]>>();
  return {
    list(folder) {
      const known = folders.get(folder) ?? listings.list(folder);
      folders.set(folder, known);
      return known;
    },
  };
}
