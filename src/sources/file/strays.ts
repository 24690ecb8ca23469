import { open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { reasonOf } from "../../errors.ts";
import type { Log } from "../../lib/log.ts";
import type { Generation } from "../../spool/checkpoints.ts";
import type { Follower } from "./follower.ts";
import { type Generations, keyOf, statKey } from "./generations.ts";
import { identify } from "./identity.ts";
import { cachedListings, type Listings, whereIs } from "./listings.ts";
import type { Rests, RestsMeans } from "./rests.ts";
import type { Roster } from "./roster.ts";
import { LIMITS } from "./troubles.ts";
import type { Turns } from "./turns.ts";

/** As many files that were read to their end are looked at again, and each for so many ms after it grew last. */
const QUIET = 1000;
const QUIET_FOR = 86_400_000;
/** After so many ms no one waits any more for what can't be looked at. */
const PATIENCE = 7 * 86_400_000;

interface Means extends Pick<RestsMeans, "read" | "wanted" | "stopped"> {
  readonly generations: Generations;
  readonly roster: Roster;
  readonly log: Log;
  /** By inode: what else takes files up. */
  readonly takings: Turns;
  readonly finish: Rests["finish"];
  changed(): void;
}

/** Why a file is not read to its end, and how long it was when it was last seen. */
export interface Stray {
  readonly reason: string;
  readonly size: number;
  /** Since when, by a clock that no one sets. */
  readonly since: number;
}

/**
 * Files that left their place and that nobody reads: those that could not be found or read to their end, and those
 * that were, as who has one open may write it again.
 */
export interface Strays {
  /** Those that were not read to their end. */
  readonly unread: ReadonlyMap<Generation, Stray>;
  /** It could not be found, or not be looked at: it is looked for again. */
  add(generation: Generation, error: unknown): void;
  /**
   * A file is read no more that had left its place.
   * @param copied a copy was read in its stead
   */
  left(follower: Follower, copied: boolean): void;
  /** It was read to its end: looked at for a day. */
  watch(generation: Generation): void;
  /** Looks at each once more, and reads on what can be read. Never rejects, and never overlaps itself. */
  retry(): Promise<void>;
  /**
   * Says of files that are gone what was not read of them, also of those that are read at present: nothing is left
   * of them when they are closed.
   */
  tellLost(listings: Listings): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createStrays(means: Means): Strays {
  const { generations, roster, log, takings, finish, changed, read, wanted, stopped } = means;
  const unread = new Map<Generation, Stray>();
  /** With when each was last seen to grow, by a clock that no one sets. */
  const quiet = new Map<Generation, number>();
  /** What was said, once for all files. */
  const said = new Set<string>();
  let running: Promise<void> | undefined;

  const drop = (generation: Generation): void => {
    unread.delete(generation);
    quiet.delete(generation);
    if (unread.size === 0) said.clear();
  };

  const isRead = (generation: Generation): boolean =>
    [...roster.retired].some((one) => one.generation === generation) ||
    roster.holder(keyOf(generation))?.generation === generation;

  const isReplaced = (generation: Generation): boolean => generations.get(keyOf(generation)) !== generation;

  const keep = (generation: Generation, reason: string, size: number): void => {
    const { since = performance.now() } = unread.get(generation) ?? {};
    unread.set(generation, { reason, size, since });
    changed();
  };

  const add = (generation: Generation, error: unknown): void => {
    const reason = reasonOf(error);
    const { code = "" } = error as NodeJS.ErrnoException;
    const cause = LIMITS.has(code) ? code : reason;
    if (!said.has(cause))
      log.warn(`${generation.path} was not read to its end, it is looked for again: ${reason}`);
    said.add(cause);
    keep(generation, reason, unread.get(generation)?.size ?? 0);
  };

  /** The rest of a file that is not where it was may be in a copy. */
  const end = async (generation: Generation, verdict: string, folders: Listings): Promise<void> => {
    const before = unread.get(generation);
    const { path, offset } = generation;
    if (generation.ended) return drop(generation);
    await finish(generation, verdict, folders);
    // Else it was found that it can't be told.
    if (unread.get(generation) === before) drop(generation);
    const { size = 0 } = before ?? {};
    if (generation.ended && size > offset) sayLost(path, size - offset);
  };

  const sayLost = (path: string, bytes: number): void =>
    log.warn(`${path} was removed, and ${bytes} bytes of it were not read: they are gone`);

  const readOn = async (path: string, generation: Generation, folders: Listings): Promise<void> => {
    const key = keyOf(generation);
    const handle = await open(path, "r");
    try {
      const stats = await handle.stat();
      const verdict = statKey(stats) === key ? await identify(handle, stats.size, generation) : undefined;
      const due = verdict && !stopped() && !isRead(generation) && !isReplaced(generation);
      if (due && (verdict === "same" || verdict === "grown")) {
        drop(generation);
        generation.ended = false;
        generations.move(generation, path);
        return void read(handle, generation, false);
      }
      await handle.close();
      if (due) await end(generation, verdict, folders);
    } catch (error) {
      await handle.close().catch(() => {});
      throw error;
    }
  };

  const look = async (generation: Generation, folders: Listings): Promise<void> => {
    const { path, ended } = generation;
    const key = keyOf(generation);
    if (isRead(generation)) return drop(generation);
    if (isReplaced(generation)) return end(generation, "replaced", folders);
    const there = await stat(path).catch(() => undefined);
    const stays = there && statKey(there) === key;
    const now = stays ? path : await whereIs(key, dirname(path), folders);
    if (now === undefined) return end(generation, "removed", folders);
    // Where a pattern looks, it is met as any file. Of an empty one its inode alone says nothing.
    const known = !wanted(now) && (stays || generation.fingerprintLength > 0);
    if (!known) return ended ? drop(generation) : undefined;
    if (ended && (await stat(now)).size <= generation.offset) return;
    await takings.next(key, () => readOn(now, generation, folders));
  };

  const giveUp = (generation: Generation): void => {
    const now = performance.now();
    const stray = unread.get(generation);
    if (stray && now - stray.since > PATIENCE) {
      log.warn(`${generation.path} is not looked for any more: ${stray.reason}`);
      drop(generation);
      generations.end(generation);
    }
    if (now - (quiet.get(generation) ?? now) > QUIET_FOR) drop(generation);
  };

  const round = async (): Promise<void> => {
    const folders = cachedListings();
    for (const generation of [...unread.keys(), ...quiet.keys()]) {
      if (stopped()) return;
      try {
        await look(generation, folders);
      } catch (error) {
        if (unread.has(generation)) add(generation, error);
      }
      giveUp(generation);
    }
  };

  const tellIfLost = async (generation: Generation, rest: number, listings: Listings): Promise<void> => {
    const { path } = generation;
    if (rest <= 0) return;
    const now = await whereIs(keyOf(generation), dirname(path), listings).catch(() => path);
    if (now === undefined) sayLost(path, rest);
  };

  const watch = (generation: Generation): void => {
    if (wanted(generation.path)) return;
    quiet.set(generation, performance.now());
    const [first] = quiet.keys();
    if (quiet.size > QUIET && first) quiet.delete(first);
  };

  return {
    unread,
    add,
    left(follower, copied) {
      const { generation, state, reason = "", size } = follower;
      if (state === "failed") keep(generation, reason, copied ? 0 : size);
      else if (generation.ended && !copied) watch(generation);
    },
    watch,
    retry() {
      running ??= round()
        .catch((error) => log.warn(reasonOf(error)))
        .finally(() => {
          running = undefined;
        });
      return running;
    },
    async tellLost(listings) {
      // One that is read from a copy is looked for again.
      const open = [...roster.retired].filter((one) => roster.holder(keyOf(one.generation)) === one);
      await Promise.all([
        ...open.map(({ generation, size, position }) => tellIfLost(generation, size - position, listings)),
        ...[...unread].map(([one, { size }]) => tellIfLost(one, size - one.offset, listings)),
      ]);
    },
    idle: async () => running,
  };
}
