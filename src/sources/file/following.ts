import { type FileHandle, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { z } from "zod";
import { reasonOf, UserError } from "../../errors.ts";
import type { Generation } from "../../spool/checkpoints.ts";
import type { SourceContext } from "../source.ts";
import { createBuffers } from "./buffers.ts";
import { takeUp } from "./catch-up.ts";
import { isPacked } from "./compressed.ts";
import { createCopies } from "./copies.ts";
import { follow } from "./follow.ts";
import type { Copy, Follower, FollowerHost } from "./follower.ts";
import { createGenerations, keyOf, statKey } from "./generations.ts";
import { identify, lastLineEnd, readMarker } from "./identity.ts";
import { createListings, type Listings } from "./listings.ts";
import type { fileOptions } from "./options.ts";
import { createRoster, type Roster, stemOf } from "./roster.ts";
import { createTurns } from "./turns.ts";

/** Bytes of one turn of one file. */
const QUANTUM = 256 * 1024;
/** Reads under way at once: as many as the thread pool runs. */
const READS = 4;
/** A file that may be a copy in the making is looked at again after so many ms. */
const UNSURE = 500;

/** Times of birth are up to so many ms early: kernels take them from a coarse clock. */
const BIRTH_SLACK = 20;

/** Causes that lie in no file: what meets one is told of once. */
const LIMITS: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOMEM"]);

/** Which file each path holds, and who reads it. */
export interface Following extends Pick<Roster, "paths" | "retired"> {
  /** By path: why it can't be followed. */
  readonly troubles: ReadonlyMap<string, string>;
  /**
   * Takes up the files that are there now, and those that went while nobody looked.
   * @param present sorted
   */
  start(present: readonly string[]): Promise<void>;
  /** Looks at a path and makes true what it finds; looks at one path never overlap. Never rejects. */
  visit(path: string): Promise<void>;
  /** Also while `start` is under way, which ends early then. */
  stop(): Promise<void>;
}

/**
 * @param paused while true nothing is read
 * @param wanted whether a path is one of the source's
 */
export function createFollowing(
  { from, partialAfter }: Pick<z.output<typeof fileOptions>, "from" | "partialAfter">,
  context: SourceContext,
  paused: () => boolean,
  wanted: (path: string) => boolean,
): Following {
  const { log } = context;
  const generations = createGenerations(context.id, context.checkpoints);
  const listings = createListings();
  const copies = createCopies(generations, listings);
  const roster = createRoster();
  const { paths, retired } = roster;
  const troubles = new Map<string, string>();
  /** Those of the limits that were told of. */
  const limited = new Set<string>();
  const visits = createTurns();
  /** By inode: one file may be met under two paths at once. */
  const takings = createTurns();
  /** What goes on behind visits: the ends of files read from copies. */
  const endings = new Set<Promise<void>>();
  /** Looks that are due because the last one could not tell a copy. */
  const later = new Map<string, NodeJS.Timeout>();
  let starting: Promise<void> = Promise.resolve();
  /** Whether a file that is met for the first time was there before we were. */
  let old: (path: string, birth: number) => boolean = () => false;
  let stopped = false;

  const host: FollowerHost = {
    buffers: createBuffers(READS, QUANTUM),
    log,
    partialAfter,
    room: context.room,
    emit: context.emit,
    changed: context.changed,
    fail: context.fail,
    save: generations.save,
    copyOf: copies.restOf,
    begin: (path, handle) => generations.begin(path, handle, 0),
  };

  const visit = (path: string): Promise<void> =>
    visits.next(path, () => look(path).catch((error) => trouble(path, error)));

  function trouble(path: string, error: unknown): void {
    const reason = reasonOf(error);
    const { code = "" } = error as NodeJS.ErrnoException;
    if (LIMITS.has(code)) {
      const first = !limited.has(code);
      limited.add(code);
      if (first) log.warn(`${path} and maybe more files can't be opened, they are tried again: ${reason}`);
    } else if (troubles.get(path) !== reason) log.warn(`${path}: ${reason}`);
    troubles.set(path, reason);
    context.changed();
  }

  async function look(path: string): Promise<void> {
    if (stopped) return;
    const follower = paths.get(path);
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw error;
    });
    if (!found?.isFile()) {
      troubles.delete(path);
      if (follower) letGo(path, follower);
      return;
    }
    const key = statKey(found);
    if (follower && keyOf(follower.generation) === key && follower.state !== "failed") return follower.wake();
    const holder = roster.holder(key);
    if (holder && holder !== follower) return renamed(path, follower, holder);
    if (follower) letGo(path, follower);
    const refusal = context.refusal?.(path);
    if (refusal) return trouble(refusal.place, new UserError(refusal.reason));
    await take(path);
  }

  /** A followed file turned up under another path: it was renamed, or is a link to it. */
  async function renamed(path: string, holder: Follower | undefined, follower: Follower): Promise<void> {
    const was = follower.generation.path;
    if (was === path) return;
    const still = await stat(was).catch(() => undefined);
    if (still && keyOf(follower.generation) === statKey(still)) return;
    if (holder) letGo(path, holder);
    roster.vacate(was, follower);
    follower.generation.foundAs = path;
    moveTo(path, follower);
    if (retired.has(follower)) return follower.wake();
    log.info(`${was} was renamed to ${path}`);
    roster.add(follower);
    follower.wake();
    void visit(was);
  }

  /** The path went or holds another file: what was there is read to its end first. */
  function letGo(path: string, follower: Follower): void {
    roster.vacate(path, follower);
    retire(follower, false);
    void listings.list(dirname(path)).then((entries) => {
      const now = entries.find(({ stats }) => statKey(stats) === keyOf(follower.generation))?.path;
      if (now === undefined || now === path || !retired.has(follower)) return;
      moveTo(now, follower);
    });
    context.changed();
  }

  function moveTo(path: string, follower: Follower): void {
    roster.move(follower, path);
    try {
      generations.save(follower.generation);
    } catch {
      // A start finds the file by its inode; the spool says itself that it can't be written.
    }
  }

  function retire(follower: Follower, copied: boolean): void {
    roster.addRetired(follower, copied);
    follower.retire();
    void follower.done.then(() => {
      roster.remove(follower);
      context.changed();
    });
  }

  /** Begins to follow what lies at a path: from its checkpoint if it has one. */
  async function take(path: string): Promise<void> {
    const handle = await open(path, "r");
    try {
      const stats = await handle.stat();
      const key = statKey(stats);
      await takings.next(key, async () => {
        const holder = roster.holder(key);
        if (holder) {
          await handle.close();
          return renamed(path, undefined, holder);
        }
        if (await isPacked(path, handle)) return handle.close();
        const generation = await generationOf(path, handle, stats);
        if (!generation || stopped) return handle.close();
        troubles.delete(path);
        roster.add(follow(host, handle, generation, paused));
        context.changed();
      });
    } catch (error) {
      await handle.close().catch(() => {});
      throw error;
    }
  }

  /** The generation that goes on in an open file, or one that begins; none if there is nothing to read in it. */
  async function generationOf(
    path: string,
    handle: FileHandle,
    { dev, ino, size, birthtimeMs }: { dev: number; ino: number; size: number; birthtimeMs: number },
  ): Promise<Generation | undefined> {
    const checkpoint = generations.get(statKey({ dev, ino }));
    const verdict = checkpoint && (await identify(handle, size, checkpoint));
    if (checkpoint && (verdict === "same" || verdict === "grown")) {
      if (checkpoint.ended && verdict === "same") return undefined;
      checkpoint.path = path;
      checkpoint.foundAs = path;
      checkpoint.ended = false;
      generations.save(checkpoint);
      return checkpoint;
    }
    // One that is being finished must not end before its rest was read: a kill would have the copy read anew.
    const finishing = checkpoint && [...retired].some((one) => one.generation === checkpoint);
    if (checkpoint && !checkpoint.ended && !finishing) await finish(checkpoint, verdict ?? "replaced");
    // An inode that is used again says nothing: the file may be a copy as any new one, also a shorter one.
    const fresh = !checkpoint || verdict === "replaced" || checkpoint.path !== path || stemOf(path) !== path;
    if (fresh && (await isCopy(path, handle, { dev, ino, size }))) return undefined;
    const atEnd = from === "end" && !checkpoint && old(path, birthtimeMs);
    return generations.begin(path, handle, atEnd ? await lastLineEnd(handle, size) : 0);
  }

  async function isCopy(
    path: string,
    handle: FileHandle,
    stats: { dev: number; ino: number; size: number },
  ): Promise<boolean> {
    const verdict = await copies.judge(path, handle, stats, roster.related(path));
    if (verdict === "unsure" && !stopped && !later.has(path))
      later.set(path, setTimeout(visitLater, UNSURE, path));
    return verdict !== "own";
  }

  function visitLater(path: string): void {
    later.delete(path);
    void visit(path);
  }

  /**
   * The file of a checkpoint was truncated or replaced while nobody looked: its rest may be in a copy. Resolves
   * when that is known; it is read behind.
   */
  async function finish(generation: Generation, verdict: string, list?: Listings["list"]): Promise<void> {
    log.info(`${generation.path} was ${verdict} while it was not watched`);
    const { bytes } = readMarker(generation.marker);
    let copy: Copy | undefined;
    try {
      copy = await copies.restOf(generation, generation.offset, bytes, list);
    } catch (error) {
      // Not ended: it is looked for again at the next start.
      return trouble(generation.path, error);
    }
    if (!copy) return generations.end(generation);
    const follower = follow(host, copy.handle, generation, paused);
    retire(follower, true);
    const ending = follower
      .drain()
      .then(async () => {
        if (stopped) return;
        await copy?.remember();
        generations.end(generation);
        await follower.stop();
      })
      .catch((error) => log.warn(reasonOf(error)))
      .finally(() => {
        copy?.release();
        endings.delete(ending);
      });
    endings.add(ending);
  }

  async function stop(): Promise<void> {
    stopped = true;
    for (const timer of later.values()) clearTimeout(timer);
    const stopFollowers = () => Promise.all([...paths.values(), ...retired].map((one) => one.stop()));
    // First those there are: a visit may be waiting for one of them.
    await stopFollowers();
    await Promise.all([starting.catch(() => {}), visits.idle(), ...endings]);
    await stopFollowers();
  }

  return {
    paths,
    retired,
    troubles,
    visit,
    start(present) {
      // What the patterns leave out by now keeps its place, for when they take it in again.
      const rows = generations.load().filter(({ foundAs }) => wanted(foundAs));
      const seen = new Set(rows.map(({ path }) => path));
      const last = rows.reduce((latest, { updated }) => Math.max(latest, updated), 0);
      // What was born after the last run read something is a log's later file, not one to begin at the end of.
      old = (path, birth) => !seen.has(path) && (rows.length === 0 || birth < last - BIRTH_SLACK);
      starting = takeUp(rows, present, {
        generations,
        roster,
        visit,
        finish,
        follow: (handle, generation) => retire(follow(host, handle, generation, paused), false),
        log,
        stopped: () => stopped,
      }).then(() => {
        old = () => false;
      });
      return starting;
    },
    stop,
  };
}
