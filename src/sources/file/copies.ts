import type { Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";
import type { Generation } from "../../spool/checkpoints.ts";
import { canUnpack, unpackRest } from "./compressed.ts";
import type { Copy } from "./follower.ts";
import { type Generations, keyOf, statKey } from "./generations.ts";
import { digest, identify, readExactly } from "./identity.ts";
import type { Entry, Listings } from "./listings.ts";
import { stemOf } from "./roster.ts";

/** Knows copies of followed files (copytruncate) from files of their own. */
export interface Copies {
  /**
   * A file beside the old one that begins as it did and goes on where reading stopped.
   * It is no other's until it is closed.
   * @param position bytes of the generation that were read; `tail` are the last of them
   * @param listings folders as they were after the old file was seen to be gone
   */
  restOf(
    generation: Generation,
    position: number,
    tail: Buffer,
    listings?: Listings,
  ): Promise<Copy | undefined>;
  /**
   * Whether a new path holds bytes that are read already: as far as it and a followed file go they are the same.
   * "unsure" of a file that is still too short to tell, or that is read as a copy now: look again soon.
   * @param followed generations being read that the path's name extends
   */
  judge(
    path: string,
    handle: FileHandle,
    stats: Pick<Stats, "dev" | "ino" | "size">,
    followed: Iterable<Generation>,
  ): Promise<"copy" | "own" | "unsure">;
}

/** As many of the first bytes are compared, so that files that only begin with the same lines are told apart. */
const COMPARED = 65_536;
/** In a folder with more files than this, only those that are named after the original are looked into. */
const STRANGERS = 100;
/** A copy is looked for so often at most while files in its folder get other names. */
const LOOKS = 5;
/** Some of those that are too short to tell go before they are told. */
const SHORT = 100_000;

export function createCopies(generations: Generations, current: Listings): Copies {
  /** Copies that are being read in the stead of their originals. */
  const claimed = new Set<string>();
  /** Sizes of new files that are still too short to tell whether they are copies. */
  const short = new Map<string, number>();

  /** Read already or being read: not another file that got the inode of one that is gone. */
  async function isKnown(handle: FileHandle, { dev, ino, size }: Stats): Promise<boolean> {
    const generation = generations.get(statKey({ dev, ino }));
    const verdict = generation && (await identify(handle, size, generation).catch(() => undefined));
    return verdict === "same" || verdict === "grown";
  }

  /** Opens a file if it holds what was read of a generation, and is not known as another. */
  async function openCopy(path: string, stats: Stats, whole: Generation): Promise<FileHandle | undefined> {
    const handle = await open(path, "r").catch(() => undefined);
    if (!handle) return undefined;
    const verdict = (await isKnown(handle, stats))
      ? undefined
      : await identify(handle, stats.size, whole).catch(() => undefined);
    if (verdict === "same" || verdict === "grown") return handle;
    await handle.close();
    return undefined;
  }

  async function search(
    generation: Generation,
    whole: Generation,
    listings: Listings,
  ): Promise<Copy | undefined> {
    for await (const { path, stats } of candidates(listings, generation.path)) {
      const key = statKey(stats);
      const packed = canUnpack(path);
      // A packed one may have got the inode of its original.
      const other = packed || (key !== keyOf(generation) && stats.size >= whole.offset);
      if (!other || claimed.has(key)) continue;
      const handle = packed ? await unpackRest(path, whole) : await openCopy(path, stats, whole);
      if (!handle) continue;
      if (claimed.has(key)) {
        await handle.close();
        continue;
      }
      claimed.add(key);
      return {
        handle,
        // Once it has been read, so that a glob that takes it in does not read it again. Not before: a kill
        // in between must find the rest once more. A packed file is not read as lines anyway.
        async remember() {
          if (packed) return;
          const { size } = await handle.stat();
          generations.end(await generations.begin(path, handle, size));
        },
        release: () => void claimed.delete(key),
      };
    }
    return undefined;
  }

  return {
    async restOf(generation, position, tail, listings = current) {
      if (position === 0) return undefined;
      const whole = { ...generation, offset: position, marker: tail.toString("hex") };
      const layout = async (): Promise<string> => layoutOf(await listings.list(dirname(generation.path)));
      let before = await layout();
      for (let look = 1; ; look++) {
        const copy = await search(generation, whole, listings);
        if (copy || look === LOOKS) return copy;
        // Rotation goes on: the copy may have got another name between the listing and the look at it.
        const now = await layout();
        if (now === before) return undefined;
        before = now;
      }
    },

    async judge(path, handle, stats, followed) {
      const { size } = stats;
      if (claimed.has(statKey(stats))) return "unsure";
      let head: Buffer | undefined;
      const digests = new Map<number, string>();
      for (const generation of followed) {
        const { fingerprint, fingerprintLength } = generation;
        // No copy takes the place of its original: that is another file that begins alike.
        if (fingerprintLength === 0 || generation.path === path) continue;
        head ??= await readExactly(handle, 0, Math.min(size, COMPARED));
        const mine = head;
        if (mine.length >= fingerprintLength) {
          // Rotation by date leaves thousands of relatives: those that begin otherwise are not opened.
          const known = digests.get(fingerprintLength) ?? digest(mine.subarray(0, fingerprintLength));
          digests.set(fingerprintLength, known);
          if (known !== fingerprint) continue;
        }
        const theirs = await intactBytes(generation, COMPARED);
        if (mine.length < fingerprintLength) {
          // A copy in the making begins as the original does; it is one if it has not grown between two looks.
          if (theirs && !theirs.subarray(0, mine.length).equals(mine)) continue;
          if (short.get(path) !== size) {
            const [first] = short.keys();
            if (short.size >= SHORT && first !== undefined) short.delete(first);
            short.set(path, size);
            return "unsure";
          }
          if (theirs && size > 0) return "copy";
          continue;
        }
        const common = Math.min(mine.length, theirs?.length ?? 0);
        if (theirs && !mine.subarray(0, common).equals(theirs.subarray(0, common))) continue;
        if (generation.offset > 0 || generation.begun) {
          // An original that is truncated already can't be compared: its reader will look for this copy.
          return "copy";
        }
        // Of one that was never read nobody looks for a copy: it is read there, or here once it is truncated.
        if (theirs) return "unsure";
      }
      short.delete(path);
      return "own";
    },
  };
}

/**
 * Where a copy may be: first under names that go on as the original's does, then, if they are few, under any; at
 * last under such names in a folder below.
 */
async function* candidates({ list, below }: Listings, original: string): AsyncGenerator<Entry> {
  const folder = dirname(original);
  const stem = basename(stemOf(original));
  const root = stem.slice(0, stem.length - extname(stem).length);
  const isRelated = ({ path }: Entry): boolean => basename(path).startsWith(root);
  const entries = await list(folder);
  yield* entries.filter(isRelated);
  if (entries.length <= STRANGERS) yield* entries.filter((one) => !isRelated(one));
  yield* (await below(folder)).filter(isRelated);
}

/** Which file has which name. */
function layoutOf(entries: readonly Entry[]): string {
  return entries
    .map(({ path, stats }) => `${path} ${statKey(stats)}`)
    .sort()
    .join("\n");
}

/** The first bytes of a followed file, unless they are not those that were read. */
async function intactBytes(of: Generation, length: number): Promise<Buffer | undefined> {
  // It is read on meanwhile: what is known by now is held against a size that is not older.
  const generation = { ...of };
  const handle = await open(generation.path, "r").catch(() => undefined);
  if (!handle) return undefined;
  try {
    const stats = await handle.stat();
    if (statKey(stats) !== keyOf(generation)) return undefined;
    // Read first: bytes are those that were read if the file still holds these afterwards. In between, it may be
    // truncated and written to, the longer the more the machine has to do.
    const bytes = await readExactly(handle, 0, length);
    // A log that was begun over with the same long head is another one from there on.
    const verdict = await identify(handle, stats.size, generation);
    return verdict === "same" || verdict === "grown" ? bytes : undefined;
  } finally {
    await handle.close();
  }
}
