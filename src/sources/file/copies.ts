import type { Stats } from "node:fs";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Generation } from "../../spool/checkpoints.ts";
import type { Copy } from "./follow.ts";
import { type Generations, keyOf, statKey } from "./generations.ts";
import { digest, identify, readExactly } from "./identity.ts";

/** Knows copies of followed files (copytruncate) from files of their own. */
export interface Copies {
  /**
   * A file beside the old one that begins as it did and goes on where reading stopped.
   * @param position bytes of the generation that were read; `tail` are the last of them
   */
  restOf(generation: Generation, position: number, tail: Buffer): Promise<Copy | undefined>;
  /**
   * Whether a new path holds bytes that are read already: its name extends a followed one's, and as far as both
   * go they are the same. "unsure" of a file that is still too short to tell: look again soon.
   * @param followed the generations being read
   */
  judge(
    path: string,
    handle: FileHandle,
    size: number,
    followed: Iterable<Generation>,
  ): Promise<"copy" | "own" | "unsure">;
}

/** As many of the first bytes are compared, so that files that only begin with the same lines are told apart. */
const COMPARED = 65_536;

export function createCopies(generations: Generations): Copies {
  /** Sizes of new files that are still too short to tell whether they are copies. */
  const short = new Map<string, number>();

  /** Read already or being read: not another file that got the inode of one that is gone. */
  async function isKnown(handle: FileHandle, { dev, ino, size }: Stats): Promise<boolean> {
    const generation = generations.get(statKey({ dev, ino }));
    const verdict = generation && (await identify(handle, size, generation).catch(() => undefined));
    return verdict === "same" || verdict === "grown";
  }

  return {
    async restOf(generation, position, tail) {
      if (position === 0) return undefined;
      const folder = dirname(generation.path);
      for (const name of await readdir(folder).catch(() => [])) {
        const path = join(folder, name);
        const found = await stat(path).catch(() => undefined);
        if (!found?.isFile() || statKey(found) === keyOf(generation) || found.size < position) continue;
        const handle = await open(path, "r").catch(() => undefined);
        if (!handle) continue;
        if (await isKnown(handle, found)) {
          await handle.close();
          continue;
        }
        const whole = { ...generation, offset: position, marker: tail.toString("hex") };
        const verdict = await identify(handle, found.size, whole).catch(() => undefined);
        if (verdict === "same" || verdict === "grown") {
          return {
            handle,
            // Once it has been read, so that a glob that takes it in does not read it again. Not before: a kill
            // in between must find the rest once more.
            async remember() {
              const { size } = await handle.stat();
              generations.end(await generations.begin(path, handle, size));
            },
          };
        }
        await handle.close();
      }
      return undefined;
    },

    async judge(path, handle, size, followed) {
      for (const generation of followed) {
        if (generation.fingerprintLength === 0 || !extendsName(path, generation.path)) continue;
        const mine = await readExactly(handle, 0, Math.min(size, COMPARED));
        const theirs = await intactBytes(generation, COMPARED);
        if (mine.length < generation.fingerprintLength) {
          // A copy in the making begins as the original does; it is one if it has not grown between two looks.
          if (theirs && !theirs.subarray(0, mine.length).equals(mine)) continue;
          if (short.get(path) !== size) {
            short.set(path, size);
            return "unsure";
          }
          if (theirs && size > 0) return "copy";
          continue;
        }
        if (digest(mine.subarray(0, generation.fingerprintLength)) !== generation.fingerprint) continue;
        const common = Math.min(mine.length, theirs?.length ?? 0);
        // An original that is truncated already can't be compared: its reader will look for this copy.
        if (!theirs || mine.subarray(0, common).equals(theirs.subarray(0, common))) return "copy";
      }
      short.delete(path);
      return "own";
    },
  };
}

/** Rotation adds to a name, also to one that was rotated before: log.1 and log.2 are both of log. */
function extendsName(path: string, original: string): boolean {
  const stem = basename(original).replace(/([.-]\d+)+$/, "");
  return dirname(path) === dirname(original) && basename(path).startsWith(stem);
}

/** The first bytes of a followed file, unless they are not those that were read. */
async function intactBytes(generation: Generation, length: number): Promise<Buffer | undefined> {
  const handle = await open(generation.path, "r").catch(() => undefined);
  if (!handle) return undefined;
  try {
    if (statKey(await handle.stat()) !== keyOf(generation)) return undefined;
    const bytes = await readExactly(handle, 0, length);
    const { fingerprint, fingerprintLength } = generation;
    const intact =
      bytes.length >= fingerprintLength && digest(bytes.subarray(0, fingerprintLength)) === fingerprint;
    return intact ? bytes : undefined;
  } finally {
    await handle.close();
  }
}
