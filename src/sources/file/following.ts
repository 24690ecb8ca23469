import { type FileHandle, open, stat } from "node:fs/promises";
import { reasonOf, UserError } from "../../errors.ts";
import type { Generation } from "../../spool/checkpoints.ts";
import type { SourceContext } from "../source.ts";
import { createBuffers } from "./buffers.ts";
import { createCopies } from "./copies.ts";
import { type Follower, type FollowerHost, follow } from "./follow.ts";
import { createGenerations, keyOf, locate, statKey } from "./generations.ts";
import { identify, readExactly } from "./identity.ts";

/** Bytes of one turn of one file. */
const QUANTUM = 256 * 1024;
/** Reads under way at once: as many as the thread pool runs. */
const READS = 4;
/** A file that may be a copy in the making is looked at again after so many ms. */
const UNSURE = 500;

/** Which file each path holds, and who reads it. */
export interface Following {
  /** By path: the files that are where they were found. */
  readonly paths: ReadonlyMap<string, Follower>;
  /** Files that were renamed or removed, while they are read to their end. */
  readonly retired: ReadonlySet<Follower>;
  /** By path: why it can't be followed. */
  readonly troubles: ReadonlyMap<string, string>;
  /** Takes up the files that are there now, and those that went while nobody looked. */
  start(present: readonly string[]): Promise<void>;
  /** Looks at a path and makes true what it finds; looks at one path never overlap. Never rejects. */
  visit(path: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param from where to begin in a file that was never seen and is there at the start
 * @param partialAfter ms without growth after which a line without its end is handed on
 */
export function createFollowing(
  { from, partialAfter }: { readonly from: "start" | "end"; readonly partialAfter: number },
  context: SourceContext,
  paused: () => boolean,
): Following {
  const { log } = context;
  const generations = createGenerations(context.id, context.checkpoints);
  const copies = createCopies(generations);
  const paths = new Map<string, Follower>();
  const retired = new Set<Follower>();
  /** Those of them that read a copy: the generation's inode may belong to another file by now. */
  const rests = new Set<Follower>();
  const troubles = new Map<string, string>();
  const visits = new Map<string, Promise<void>>();
  /** Looks that are due because the last one could not tell a copy. */
  const later = new Map<string, NodeJS.Timeout>();
  let started = false;
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

  function visit(path: string): Promise<void> {
    const before = visits.get(path) ?? Promise.resolve();
    const next = before.then(() => look(path)).catch((error) => trouble(path, error));
    visits.set(path, next);
    void next.finally(() => {
      if (visits.get(path) === next) visits.delete(path);
    });
    return next;
  }

  function trouble(path: string, error: unknown): void {
    const reason = reasonOf(error);
    if (troubles.get(path) !== reason) log.warn(`${path}: ${reason}`);
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
    const elsewhere = [...paths, ...[...retired].map((one) => [one.generation.path, one] as const)].find(
      ([, one]) => keyOf(one.generation) === key && one.state !== "failed" && !rests.has(one),
    );
    if (elsewhere && elsewhere[1] !== follower) return renamed(path, follower, elsewhere);
    if (follower) letGo(path, follower);
    const refusal = context.refusal?.(path);
    if (refusal) return trouble(refusal.place, new UserError(refusal.reason));
    await take(path);
  }

  /** A followed file turned up under another path: it was renamed, or is a link to it. */
  async function renamed(
    path: string,
    holder: Follower | undefined,
    [was, follower]: readonly [string, Follower],
  ): Promise<void> {
    if (was === path) return;
    const still = await stat(was).catch(() => undefined);
    if (still && keyOf(follower.generation) === statKey(still)) return;
    if (holder) letGo(path, holder);
    if (paths.get(was) === follower) paths.delete(was);
    follower.generation.path = path;
    generations.save(follower.generation);
    if (retired.has(follower)) return follower.wake();
    log.info(`${was} was renamed to ${path}`);
    paths.set(path, follower);
    follower.wake();
    void visit(was);
  }

  /** The path went or holds another file: what was there is read to its end first. */
  function letGo(path: string, follower: Follower): void {
    if (paths.get(path) === follower) paths.delete(path);
    void retire(follower).then(() => context.changed());
    void locate(follower.generation).then((now) => {
      if (!now || now === path) return;
      follower.generation.path = now;
      generations.save(follower.generation);
    });
    context.changed();
  }

  /** Resolves when the file was read to its end. */
  function retire(follower: Follower): Promise<void> {
    retired.add(follower);
    follower.retire();
    return follower.done.then(() => void retired.delete(follower));
  }

  /** Begins to follow what lies at a path: from its checkpoint if it has one. */
  async function take(path: string): Promise<void> {
    const handle = await open(path, "r");
    try {
      const found = await handle.stat();
      const { size } = found;
      const checkpoint = generations.get(statKey(found));
      const verdict = checkpoint && (await identify(handle, size, checkpoint));
      let generation: Generation;
      if (checkpoint && (verdict === "same" || verdict === "grown")) {
        if (checkpoint.ended && verdict === "same") return await handle.close();
        generation = checkpoint;
        generation.path = path;
        generation.ended = false;
        generations.save(generation);
      } else {
        if (checkpoint && !checkpoint.ended) await finish(checkpoint, verdict ?? "replaced");
        // A file that was replaced left its inode to another, which may be a copy as any new one.
        const fresh = !checkpoint || verdict === "replaced";
        if (fresh && (await isCopy(path, handle, size))) return await handle.close();
        const seen = checkpoint !== undefined || [...generations.all()].some((one) => one.path === path);
        const atEnd = from === "end" && !started && !seen;
        generation = await generations.begin(path, handle, atEnd ? await lastLineEnd(handle, size) : 0);
      }
      if (stopped) return await handle.close();
      troubles.delete(path);
      paths.set(path, follow(host, handle, generation, paused));
      context.changed();
    } catch (error) {
      await handle.close().catch(() => {});
      throw error;
    }
  }

  async function isCopy(path: string, handle: FileHandle, size: number): Promise<boolean> {
    const followed = [...paths.values(), ...retired].map((one) => one.generation);
    const verdict = await copies.judge(path, handle, size, followed);
    if (verdict === "unsure" && !stopped && !later.has(path))
      later.set(path, setTimeout(visitLater, UNSURE, path));
    return verdict !== "own";
  }

  function visitLater(path: string): void {
    later.delete(path);
    void visit(path);
  }

  /** The file of a checkpoint was truncated or replaced while nobody looked: its rest may be in a copy. */
  async function finish(generation: Generation, verdict: string): Promise<void> {
    log.info(`${generation.path} was ${verdict} while it was not watched`);
    const marker = Buffer.from(generation.marker, "hex");
    const copy = await copies.restOf(generation, generation.offset, marker);
    if (!copy) return generations.end(generation);
    const follower = follow(host, copy.handle, generation, paused);
    rests.add(follower);
    void retire(follower).then(() => rests.delete(follower));
    await follower.drain();
    if (stopped) return;
    await copy.remember();
    generations.end(generation);
    await follower.stop();
  }

  /**
   * Files that were renamed or went while we were down are read to their end where they can be found.
   * @param present paths that are going to be visited: what was renamed to one of them is followed there
   */
  async function catchUp(present: ReadonlySet<string>): Promise<void> {
    const alive = new Set([...paths.values(), ...retired].map((one) => one.generation));
    for (const generation of generations.all()) {
      if (generation.ended || alive.has(generation)) continue;
      const path = await locate(generation);
      const handle = path === undefined ? undefined : await open(path, "r").catch(() => undefined);
      const verdict = handle && (await identify(handle, (await handle.stat()).size, generation));
      if (!handle || path === undefined || (verdict !== "same" && verdict !== "grown")) {
        await handle?.close();
        await finish(generation, "removed");
        continue;
      }
      if (present.has(path)) {
        await handle.close();
        continue;
      }
      generation.path = path;
      log.info(`${path} was rotated while it was not watched: its rest is read`);
      void retire(follow(host, handle, generation, paused));
    }
  }

  return {
    paths,
    retired,
    troubles,
    visit,
    async start(present) {
      const rows = generations.load();
      // Files with a checkpoint first, also those that went: a truncated one claims its copy before that is
      // taken for new.
      const unfinished = new Set(rows.filter(({ ended }) => !ended).map(({ path }) => path));
      for (const path of present) if (unfinished.has(path)) await visit(path);
      await catchUp(new Set(present));
      for (const path of present) if (!unfinished.has(path)) await visit(path);
      const alive = new Set([...paths.values(), ...retired].map((one) => one.generation));
      generations.forgetOld(rows, (one) => alive.has(one) || present.includes(one.path));
      started = true;
    },
    async stop() {
      stopped = true;
      for (const timer of later.values()) clearTimeout(timer);
      const stopAll = () => Promise.all([...paths.values(), ...retired].map((one) => one.stop()));
      // Before the visits too: one may wait for a reader, which waits for room.
      await stopAll();
      await Promise.all(visits.values());
      await stopAll();
    },
  };
}

/** Offset after the last line end, so that reading begins with a whole line. */
async function lastLineEnd(handle: FileHandle, size: number): Promise<number> {
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - 65_536);
    const at = (await readExactly(handle, start, end - start)).lastIndexOf(10);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}
