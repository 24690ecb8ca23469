import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Generation } from "../../spool/checkpoints.ts";
import type { Copy } from "./follow.ts";
import { type Generations, keyOf, statKey } from "./generations.ts";
import { fingerprintOf, identify, readExactly } from "./identity.ts";

/** Knows copies of followed files (copytruncate) from files of their own. */
export interface Copies {
  /**
   * A file beside the old one that begins as it did and goes on where reading stopped.
   * @param position bytes of the generation that were read; `tail` are the last of them
   */
  restOf(generation: Generation, position: number, tail: Buffer): Promise<Copy | undefined>;
  /**
   * Whether a new path holds bytes that are read already: its name extends a followed one's and it begins as
   * that does. One that is still too short to tell counts as a copy at the first look.
   * @param followed the generations being read, by path
   */
  isCopy(
    path: string,
    handle: FileHandle,
    size: number,
    followed: Iterable<readonly [string, Generation]>,
  ): Promise<boolean>;
}

export function createCopies(generations: Generations): Copies {
  /** Sizes of new files that are still too short to tell whether they are copies. */
  const short = new Map<string, number>();

  return {
    async restOf(generation, position, tail) {
      if (position === 0) return undefined;
      const folder = dirname(generation.path);
      for (const name of await readdir(folder).catch(() => [])) {
        const path = join(folder, name);
        const found = await stat(path).catch(() => undefined);
        if (!found?.isFile() || statKey(found) === keyOf(generation) || found.size < position) continue;
        if (generations.get(statKey(found))) continue;
        const handle = await open(path, "r").catch(() => undefined);
        if (!handle) continue;
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

    async isCopy(path, handle, size, followed) {
      for (const [original, generation] of followed) {
        if (dirname(original) !== dirname(path) || !basename(path).startsWith(basename(original))) continue;
        if (generation.fingerprintLength === 0) continue;
        if (size >= generation.fingerprintLength) {
          if ((await fingerprintOf(handle, generation.fingerprintLength)) === generation.fingerprint)
            return true;
          continue;
        }
        // A copy in the making: wait until it has grown, or has not between two looks.
        if (short.get(path) !== size) {
          short.set(path, size);
          return true;
        }
        const mine = await readExactly(handle, 0, size);
        const other = await open(original, "r").catch(() => undefined);
        if (!other) continue;
        const same = size > 0 && mine.equals(await readExactly(other, 0, size));
        await other.close();
        if (same) return true;
      }
      short.delete(path);
      return false;
    },
  };
}
