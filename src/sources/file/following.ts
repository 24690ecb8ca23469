import { type FileHandle, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { z } from "zod";
import type { Generation } from "../../spool/checkpoints.ts";
import type { SourceContext } from "../source.ts";
import { createBuffers } from "./buffers.ts";
import { takeUp } from "./catch-up.ts";
import { isPacked } from "./compressed.ts";
import { createCopies } from "./copies.ts";
import { createDormant, type Dormant } from "./dormant.ts";
import { follow } from "./follow.ts";
import type { Follower, FollowerHost } from "./follower.ts";
import { createGenerations, keyOf, statKey } from "./generations.ts";
import { createLater } from "./later.ts";
import { createListings, whereIs } from "./listings.ts";
import type { fileOptions } from "./options.ts";
import { createRecognition } from "./recognition.ts";
import { liesRemounted } from "./remount.ts";
import { createRests } from "./rests.ts";
import { createRoster, type Roster } from "./roster.ts";
import { createStrays, type Strays } from "./strays.ts";
import { createTroubles } from "./troubles.ts";
import { createTurns } from "./turns.ts";

/** Bytes of one turn of one file. */
const QUANTUM = 256 * 1024;
/** Reads under way at once: as many as the thread pool runs. */
const READS = 4;
/** A file that may be a copy in the making is looked at again after so many ms. */
const UNSURE = 500;
/** A file that could not be read is not tried again for so many ms, however often it changes. */
const FAILED = 5_000;

/** Times of birth are up to so many ms early: kernels take them from a coarse clock. */
const BIRTH_SLACK = 20;

/** Which file each path holds, and who reads it. */
export interface Following extends Pick<Roster, "paths" | "retired"> {
  /** By path: why it can't be followed. */
  readonly troubles: ReadonlyMap<string, string>;
  /** Those of them that are left out because this engine writes them itself. */
  readonly leftOut: ReadonlySet<string>;
  /** Files that are left alone because they have not changed for long. */
  readonly dormant: Dormant["paths"];
  /**
   * Takes up the files that are there now, and those that went while nobody looked.
   * @param present sorted
   */
  start(present: readonly string[]): Promise<void>;
  /** Looks at a path and makes true what it finds; looks at one path never overlap. Never rejects. */
  visit(path: string): Promise<void>;
  /** Files that left their place before they were read to their end, and why they are not. */
  readonly strays: Strays["unread"];
  /** Looks for those once more. Never rejects. */
  retry(): Promise<void>;
  /**
   * Forgets what was read long ago.
   * @param present paths that are there
   */
  forgetOld(present: readonly string[]): void;
  /** Also while `start` is under way, which ends early then. */
  stop(): Promise<void>;
}

type Options = Pick<
  z.output<typeof fileOptions>,
  "encoding" | "from" | "ignoreOlder" | "maxLineBytes" | "partialAfter"
>;

/**
 * @param paused while true nothing is read
 * @param wanted whether a path is one of the source's
 * @param replaced is told of paths that hold another file than before, or none
 */
export function createFollowing(
  { encoding, from, ignoreOlder, maxLineBytes, partialAfter }: Options,
  context: SourceContext,
  paused: () => boolean,
  wanted: (path: string) => boolean,
  replaced: (path: string, there: boolean) => void,
): Following {
  const { log } = context;
  const generations = createGenerations(context.id, context.checkpoints);
  const listings = createListings();
  const copies = createCopies(generations, listings);
  const roster = createRoster();
  const { paths, retired } = roster;
  const troubles = createTroubles(log);
  const dormant = createDormant(ignoreOlder);
  const visits = createTurns();
  /** By inode: one file may be met under two paths at once. */
  const takings = createTurns();
  /** Looks that are due because the last one could not tell a copy. */
  const later = createLater(UNSURE, (path) => void visit(path));
  let starting: Promise<void> = Promise.resolve();
  /** Whether a file that is met for the first time was there before we were. */
  let old: (path: string, birth: number) => boolean = () => false;
  /** What lies before the places where reading began in files that were there before. */
  const before = { files: 0, bytes: 0 };
  let stopped = false;

  const host: FollowerHost = {
    buffers: createBuffers(READS, QUANTUM),
    log,
    partialAfter,
    multiline: context.multiline,
    grouping: context.grouping,
    encoding,
    maxLine: maxLineBytes,
    room: context.room,
    emit: context.emit,
    changed: context.changed,
    fail: context.fail,
    save: generations.save,
    copyOf: copies.restOf,
    begin: (path, handle) => generations.begin(path, handle, 0),
  };

  const recognition = createRecognition({
    generations,
    roster,
    copies,
    beginning: { from, encoding },
    timesIn: context.timesIn,
    old: (path, birth) => old(path, birth),
    skipped(bytes) {
      before.files++;
      before.bytes += bytes;
    },
    finish: (generation, verdict) => rests.finish(generation, verdict),
    unsure: later.add,
  });
  const rests = createRests({
    generations,
    listings,
    copies,
    recognition,
    roster,
    log,
    read: readOn,
    astray: (generation, error) => strays.add(generation, error),
    wanted,
    stopped: () => stopped,
  });
  const strays = createStrays({
    generations,
    roster,
    log,
    takings,
    finish: rests.finish,
    changed: context.changed,
    read(handle, generation, copied) {
      log.info(`${generation.path}: its rest is read`);
      return readOn(handle, generation, copied);
    },
    wanted,
    stopped: () => stopped,
  });

  const visit = (path: string): Promise<void> =>
    visits.next(path, () => look(path).catch((error) => trouble(path, error)));

  function trouble(path: string, error: unknown): void {
    troubles.add(path, error);
    context.changed();
  }

  async function look(path: string): Promise<void> {
    if (stopped) return;
    const follower = paths.get(path);
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw error;
    });
    const key = found?.isFile() ? statKey(found) : undefined;
    if (dormant.paths.get(path)?.key !== key) rests.rescue(path, dormant.wake(path));
    if (!found || key === undefined) {
      troubles.delete(path);
      if (!follower) return;
      replaced(path, false);
      return letGo(path, follower);
    }
    if (follower && keyOf(follower.generation) === key) {
      if (follower.state !== "failed") {
        troubles.delete(path);
        return follower.wake();
      }
      if (performance.now() - (follower.failedAt ?? 0) < FAILED) return;
    }
    if (follower) replaced(path, true);
    const holder = roster.holder(key);
    if (holder && holder !== follower) return renamed(path, follower, holder);
    if (follower && follower.state !== "failed" && (await liesRemounted(path, found, follower.generation)))
      await dismiss(path, follower);
    else if (follower) letGo(path, follower);
    if (dormant.sleeps(path, found, generations.get(key)?.offset, old(path, found.birthtimeMs))) return;
    const refusal = context.refusal?.(path);
    if (refusal) {
      troubles.leaveOut(refusal.place, refusal.reason);
      return context.changed();
    }
    await take(path);
  }

  /** It is read on through another handle. */
  async function dismiss(path: string, follower: Follower): Promise<void> {
    await follower.stop();
    roster.vacate(path, follower);
    roster.remove(follower);
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
    roster.move(follower, path);
    generations.move(follower.generation, path);
    if (retired.has(follower)) return follower.wake();
    log.info(`${was} was renamed to ${path}`);
    roster.add(follower);
    follower.wake();
    void visit(was);
  }

  function readOn(handle: FileHandle, generation: Generation, copied: boolean): Follower {
    const follower = follow(host, handle, generation, paused);
    retire(follower, copied);
    return follower;
  }

  /** The path went or holds another file: what was there is read to its end first. */
  function letGo(path: string, follower: Follower): void {
    roster.vacate(path, follower);
    retire(follower, false);
    const moved = (now: string | undefined): void => {
      if (now === undefined || now === path || !retired.has(follower)) return;
      roster.move(follower, now);
      generations.move(follower.generation, now);
    };
    // It is open: where it lies matters only if it is looked for again.
    whereIs(keyOf(follower.generation), dirname(path), listings).then(moved, () => {});
    context.changed();
  }

  function retire(follower: Follower, copied: boolean): void {
    roster.addRetired(follower, copied);
    follower.retire();
    void follower.done.then(() => {
      roster.remove(follower);
      strays.left(follower, copied);
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
        const generation = await recognition.generationOf(path, dormant.wake(path), handle);
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

  function forgetOld(present: readonly string[]): void {
    const here = new Set(present);
    const alive = new Set([...paths.values(), ...retired].map((one) => one.generation.id));
    generations.forgetOld((one) => alive.has(one.id) || here.has(one.path) || !wanted(one.foundAs));
  }

  /** Whoever waits for these lines is told why they don't come. */
  function tellBefore(): void {
    if (before.files === 0) return;
    const files = before.files === 1 ? "a file" : `${before.files} files`;
    const bytes = before.bytes.toLocaleString("en");
    const way = from === "end" ? ": `from: start` would read them" : "";
    log.info(`${context.id}: the first ${bytes} bytes of ${files} that were there before are not read${way}`);
  }

  async function stop(): Promise<void> {
    stopped = true;
    later.close();
    const stopFollowers = () => Promise.all([...paths.values(), ...retired].map((one) => one.stop()));
    // First those there are: a visit may be waiting for one of them.
    await strays.tellLost(listings);
    await stopFollowers();
    await Promise.all([starting.catch(() => {}), visits.idle(), rests.idle(), strays.idle()]);
    await stopFollowers();
  }

  return {
    paths,
    retired,
    troubles: troubles.byPath,
    leftOut: troubles.leftOut,
    dormant: dormant.paths,
    visit,
    strays: strays.unread,
    retry: strays.retry,
    forgetOld,
    start(present) {
      // What the patterns leave out by now keeps its place, for when they take it in again.
      const rows = generations.load().filter(({ foundAs }) => wanted(foundAs));
      const seen = new Set(rows.map(({ path }) => path));
      const last = rows.reduce((latest, { updated }) => Math.max(latest, updated), 0);
      // What was born after the last run read something is a log's later file, not one to begin at the end of.
      old = (path, birth) => !seen.has(path) && (rows.length === 0 || birth < last - BIRTH_SLACK);
      starting = takeUp(rows, present, {
        generations,
        visit,
        finish: rests.finish,
        astray: strays.add,
        watch: strays.watch,
        sleeps: (path, stats, { offset }) => dormant.sleeps(path, stats, offset, false),
        follow: (handle, generation) => void readOn(handle, generation, false),
        log,
        stopped: () => stopped,
      }).then(() => {
        old = () => false;
        if (stopped) return;
        tellBefore();
        forgetOld(present);
        void strays.retry();
      });
      return starting;
    },
    stop,
  };
}
