import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { reasonOf } from "../../errors.ts";
import type { Log } from "../../lib/log.ts";
import type { Generation } from "../../spool/checkpoints.ts";
import type { Copies } from "./copies.ts";
import type { Sleeper } from "./dormant.ts";
import type { Copy, Follower } from "./follower.ts";
import type { Generations } from "./generations.ts";
import { readMarker } from "./identity.ts";
import { type Listings, whereIs } from "./listings.ts";
import type { Recognition } from "./recognition.ts";
import type { Roster } from "./roster.ts";

export interface RestsMeans {
  readonly generations: Generations;
  readonly listings: Listings;
  readonly copies: Copies;
  readonly recognition: Recognition;
  readonly roster: Roster;
  readonly log: Log;
  /**
   * Begins to read an open file to its end that has left its place.
   * @param copied it is a copy that is read in the stead of the generation's own file
   */
  read(handle: FileHandle, generation: Generation, copied: boolean): Follower;
  /** Neither the rest of a generation nor that there is none could be found. */
  astray(generation: Generation, error: unknown): void;
  /** Whether a path is one of the source's. */
  wanted(path: string): boolean;
  stopped(): boolean;
}

/** Reads what files that went while nobody read them left behind. */
export interface Rests {
  /**
   * The file of a checkpoint was truncated or replaced while nobody looked: its rest may be in a copy. Resolves
   * when that is known; it is read behind.
   * @param unseen why it could not be told where the file is
   */
  finish(generation: Generation, verdict: string, folders?: Listings, unseen?: unknown): Promise<void>;
  /** A file that was left alone went: it is read where it lies now if it grew in its last instant. */
  rescue(path: string, sleeper: Sleeper | undefined): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createRests(means: RestsMeans): Rests {
  const { generations, listings, copies, recognition, roster, log } = means;
  const { read, astray, wanted, stopped } = means;
  const running = new Set<Promise<void>>();

  const behind = (work: Promise<void>, after: () => void = () => {}): void => {
    const run = work
      .catch((error) => log.warn(reasonOf(error)))
      .finally(() => {
        after();
        running.delete(run);
      });
    running.add(run);
  };

  const look = async (path: string, sleeper: Sleeper): Promise<void> => {
    const now = await whereIs(sleeper.key, dirname(path), listings);
    // Where a pattern looks, it is met as any file.
    if (now === undefined || stopped() || wanted(now) || roster.holder(sleeper.key)) return;
    const handle = await open(now, "r");
    try {
      const grown = (await handle.stat()).size > sleeper.size;
      const generation = grown ? await recognition.rescued(now, sleeper, handle) : undefined;
      if (!generation || stopped()) return await handle.close();
      generations.move(generation, now);
      read(handle, generation, false);
    } catch (error) {
      await handle.close().catch(() => {});
      throw error;
    }
  };

  return {
    async finish(generation, verdict, folders = listings, unseen) {
      const { bytes } = readMarker(generation.marker);
      let copy: Copy | undefined;
      try {
        copy = await copies.restOf(generation, generation.offset, bytes, folders);
      } catch (error) {
        return astray(generation, error);
      }
      if (!copy) {
        const blind = unseen ?? (await folders.survey(dirname(generation.path))).error;
        // Only what could be looked for can be known to be gone.
        if (blind !== undefined) return astray(generation, blind);
      }
      log.info(`${generation.path} was ${verdict} while it was not watched`);
      if (!copy) return generations.end(generation);
      const { handle, remember, release } = copy;
      const follower = read(handle, generation, true);
      const end = async (): Promise<void> => {
        await follower.drain();
        if (stopped()) return;
        await remember();
        generations.end(generation);
        await follower.stop();
      };
      behind(end(), release);
    },
    rescue(path, sleeper) {
      if (sleeper) behind(look(path, sleeper));
    },
    idle: () => Promise.all(running).then(() => {}),
  };
}
