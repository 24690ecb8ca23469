import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Generation } from "../../spool/checkpoints.ts";
import type { Copies } from "./copies.ts";
import type { Sleeper } from "./dormant.ts";
import { type Generations, keyOf, statKey } from "./generations.ts";
import { identify } from "./identity.ts";
import { isRemounted } from "./remount.ts";
import { type Roster, stemOf } from "./roster.ts";
import { type Beginning, beginningOf, type TimeOf } from "./since.ts";

interface Means {
  readonly generations: Generations;
  readonly roster: Roster;
  readonly copies: Copies;
  /** Where to begin in a file that was there before we first looked. */
  readonly beginning: Beginning;
  readonly timesIn: (() => TimeOf) | undefined;
  /** Whether a file that is met for the first time was there before we were. */
  old(path: string, birth: number): boolean;
  /** So many bytes of a file that was there before are not read. */
  skipped(bytes: number): void;
  /** The rest of a generation is not in its file any more. */
  finish(generation: Generation, verdict: string): Promise<void>;
  /** A path may hold a copy in the making: look again soon. */
  unsure(path: string): void;
}

/** Tells what an open file is: one that was read before, a copy of one, or a new one. */
export interface Recognition {
  /**
   * The generation that goes on in the file, or one that begins; none if there is nothing to read in it.
   * @param before what it was if it was left alone until now
   */
  generationOf(
    path: string,
    before: Sleeper | undefined,
    handle: FileHandle,
  ): Promise<Generation | undefined>;
  /** The same of a file that was left alone, and lies where no pattern looks now. */
  rescued(path: string, before: Sleeper, handle: FileHandle): Promise<Generation | undefined>;
}

export function createRecognition(means: Means): Recognition {
  const { generations, roster, copies, beginning, timesIn, old, skipped, finish, unsure } = means;

  /** Begins a file that was never read. What it held when it was left alone may be old. */
  async function beginAt(path: string, handle: FileHandle, before: Sleeper | undefined): Promise<Generation> {
    const { size, mtimeMs, birthtimeMs } = await handle.stat();
    const isOld = before ? before.old : old(path, birthtimeMs);
    // Begun over since then, all of it is new.
    const known = before?.size ?? size;
    const offset =
      isOld && size >= known ? await beginningOf(handle, { size: known, mtimeMs }, beginning, timesIn) : 0;
    if (offset > 0) skipped(offset);
    return generations.begin(path, handle, offset);
  }

  /** The generation of a file whose file system was mounted anew. */
  async function remountedAt(path: string, handle: FileHandle, seen: Stats): Promise<Generation | undefined> {
    for (const generation of generations.all()) {
      if (generation.inode !== seen.ino || generation.path !== path) continue;
      if (roster.holder(keyOf(generation)) || !(await isRemounted(handle, seen, generation))) continue;
      generations.remount(new Map([[generation, seen.dev]]));
      return generation;
    }
    return undefined;
  }

  async function isCopy(path: string, handle: FileHandle, stats: Stats): Promise<boolean> {
    const verdict = await copies.judge(path, handle, stats, roster.related(path));
    if (verdict === "unsure") unsure(path);
    return verdict !== "own";
  }

  return {
    async generationOf(path, before, handle) {
      const stats = await handle.stat();
      const checkpoint = generations.get(statKey(stats)) ?? (await remountedAt(path, handle, stats));
      const verdict = checkpoint && (await identify(handle, stats.size, checkpoint));
      if (checkpoint && (verdict === "same" || verdict === "grown")) {
        if (checkpoint.ended && verdict === "same") return undefined;
        checkpoint.path = path;
        checkpoint.foundAs = path;
        checkpoint.ended = false;
        generations.save(checkpoint);
        return checkpoint;
      }
      // One that is being finished must not end before its rest was read: a kill would have the copy read anew.
      const finishing = checkpoint && [...roster.retired].some((one) => one.generation === checkpoint);
      if (checkpoint && !checkpoint.ended && !finishing) await finish(checkpoint, verdict ?? "replaced");
      // An inode that is used again says nothing: the file may be a copy as any new one, also a shorter one.
      const fresh =
        !checkpoint || verdict === "replaced" || checkpoint.path !== path || stemOf(path) !== path;
      if (fresh && (await isCopy(path, handle, stats))) return undefined;
      return checkpoint ? generations.begin(path, handle, 0) : beginAt(path, handle, before);
    },

    async rescued(path, before, handle) {
      const known = generations.get(before.key);
      if (!known) return beginAt(path, handle, before);
      const { size } = await handle.stat();
      if ((await identify(handle, size, known)) !== "grown") return undefined;
      known.ended = false;
      return known;
    },
  };
}
