import type { Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { forEachOf } from "../../lib/each.ts";
import type { Generation } from "../../spool/checkpoints.ts";
import { identify } from "./identity.ts";

type Seen = Pick<Stats, "dev" | "ino" | "size">;

/**
 * Whether an open file is the one of a generation although its device number is another: NFS, LVM and ZFS may get
 * a new one with each mount. Its inode, its first bytes, those before the position and its size must agree.
 */
export async function isRemounted(
  handle: FileHandle,
  { dev, ino, size }: Seen,
  generation: Generation,
): Promise<boolean> {
  if (generation.inode !== ino || generation.device === dev || generation.offset === 0) return false;
  const verdict = await identify(handle, size, generation);
  return verdict === "same" || verdict === "grown";
}

/** The same of what lies at a path; false where that can't be told. */
export async function liesRemounted(path: string, { ino }: Seen, generation: Generation): Promise<boolean> {
  const handle = generation.inode === ino ? await open(path, "r").catch(() => undefined) : undefined;
  if (!handle) return false;
  try {
    return await isRemounted(handle, await handle.stat(), generation);
  } finally {
    await handle.close();
  }
}

/**
 * The generations whose files have another device number now, and that number.
 * @param seen what lies at a path, if it is known
 */
export async function remounted(
  rows: readonly Generation[],
  seen: ReadonlyMap<string, Seen>,
  atOnce: number,
): Promise<Map<Generation, number>> {
  const moved = new Map<Generation, number>();
  await forEachOf(rows, atOnce, async (generation) => {
    const there = seen.get(generation.path);
    if (there?.ino !== generation.inode || there.dev === generation.device) return;
    const handle = await open(generation.path, "r").catch(() => undefined);
    if (!handle) return;
    try {
      const stats = await handle.stat();
      if (await isRemounted(handle, stats, generation)) moved.set(generation, stats.dev);
    } catch {
      // Whoever takes the file up meets the same, and says so.
    } finally {
      await handle.close();
    }
  });
  return moved;
}
