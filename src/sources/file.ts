import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { z } from "zod";
import { reasonOf } from "../errors.ts";
import type { FileFigures, SourceState } from "../model.ts";
import type { Generation } from "../spool/checkpoints.ts";
import { createBuffers } from "./file/buffers.ts";
import { type Copy, type Follower, type FollowerHost, follow } from "./file/follow.ts";
import { describe, fingerprintOf, identify, readExactly } from "./file/identity.ts";
import { fileOptions } from "./file/options.ts";
import { absoluteGlob, createDiscovery, createMatcher } from "./file/paths.ts";
import type { Source, SourceContext, SourceDefinition } from "./source.ts";

/** Bytes of one turn of one file. */
const QUANTUM = 256 * 1024;
/** Each file's path is looked at once in so many ms even when no event came; folders are walked as often. */
const SWEEP = 10_000;
const SWEEP_SLICES = 10;
/** Checkpoints of files that are gone are kept this long (ms), so that one that comes back is known. */
const FORGET_AFTER = 7 * 86_400_000;

const buffers = createBuffers(4, QUANTUM);

/** Follows files by glob through rename, truncation and restarts. */
export const fileSource: SourceDefinition<typeof fileOptions> = {
  type: "file",
  options: fileOptions,
  resolve: (options, baseDir) => ({
    ...options,
    paths: options.paths.map((path) => absoluteGlob(path, baseDir)),
    exclude: options.exclude.map((glob) => absoluteGlob(glob.includes("/") ? glob : `**/${glob}`, baseDir)),
  }),
  roots: (options) => createMatcher(options.paths, []).roots,
  create: (options, context) => createFileSource(options, context),
};

function createFileSource(options: z.output<typeof fileOptions>, context: SourceContext): Source {
  const { log, checkpoints } = context;
  const matcher = createMatcher(options.paths, options.exclude);
  const discovery = createDiscovery(matcher, (path) => void visit(path), log);

  /** By "device:inode": the latest generation known of each file, also ended ones. */
  const known = new Map<string, Generation>();
  const paths = new Map<string, Follower>();
  const retired = new Set<Follower>();
  const troubles = new Map<string, string>();
  const visits = new Map<string, Promise<void>>();
  /** Paths that hold a copy of a followed file: read only if the original is truncated. */
  const copies = new Set<string>();
  /** Sizes of new files that are still too short to tell whether they are copies. */
  const short = new Map<string, number>();
  let paused = false;
  let stopped = false;
  let started = false;
  let sweeper: NodeJS.Timeout | undefined;
  let slice = 0;

  const host: FollowerHost = {
    buffers,
    log,
    partialAfter: options.partialAfter,
    room: context.room,
    emit: context.emit,
    changed: context.changed,
    fail: context.fail,
    save: checkpoints.save,
    copyOf: findCopy,
    begin: (path, handle) => beginAt(path, handle, 0),
  };

  async function beginAt(path: string, handle: FileHandle, offset: number): Promise<Generation> {
    const { dev, ino, size } = await handle.stat();
    const generation = checkpoints.create({
      source: context.id,
      path,
      device: dev,
      inode: ino,
      offset,
      ...(await describe(handle, size, offset)),
    });
    known.set(`${dev}:${ino}`, generation);
    return generation;
  }

  /** Looks at a path and makes true what it finds; looks at one path never overlap. */
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
      copies.delete(path);
      if (follower) letGo(path, follower);
      return;
    }
    const key = `${found.dev}:${found.ino}`;
    if (follower && keyOf(follower.generation) === key && follower.state !== "failed") return follower.wake();
    const elsewhere = [...paths, ...[...retired].map((one) => [one.generation.path, one] as const)].find(
      ([, one]) => keyOf(one.generation) === key && one.state !== "failed",
    );
    if (elsewhere && elsewhere[1] !== follower) return renamed(path, follower, elsewhere);
    if (follower) letGo(path, follower);
    await take(path);
  }

  /** A followed file turned up under another path: it was renamed, or is a link to it. */
  async function renamed(
    path: string,
    holder: Follower | undefined,
    [from, follower]: readonly [string, Follower],
  ): Promise<void> {
    if (from === path) return;
    const still = await stat(from).catch(() => undefined);
    if (still && keyOf(follower.generation) === `${still.dev}:${still.ino}`) return;
    if (holder) letGo(path, holder);
    if (paths.get(from) === follower) paths.delete(from);
    follower.generation.path = path;
    checkpoints.save(follower.generation);
    if (retired.has(follower)) return follower.wake();
    log.info(`${from} was renamed to ${path}`);
    paths.set(path, follower);
    follower.wake();
    void visit(from);
  }

  /** The path went or holds another file: what was there is read to its end first. */
  function letGo(path: string, follower: Follower): void {
    if (paths.get(path) === follower) paths.delete(path);
    retired.add(follower);
    follower.retire();
    void follower.done.then(() => {
      retired.delete(follower);
      context.changed();
    });
    void locate(follower.generation).then((now) => {
      if (!now || now === path) return;
      follower.generation.path = now;
      checkpoints.save(follower.generation);
    });
    context.changed();
  }

  /** Where a file lies now, among its old neighbours. */
  async function locate(generation: Generation): Promise<string | undefined> {
    const folder = dirname(generation.path);
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() && `${found.dev}:${found.ino}` === keyOf(generation)) return path;
    }
    return undefined;
  }

  /** Begins to follow what lies at a path: from its checkpoint if it has one. */
  async function take(path: string): Promise<void> {
    const handle = await open(path, "r");
    try {
      const { dev, ino, size } = await handle.stat();
      const checkpoint = known.get(`${dev}:${ino}`);
      const verdict = checkpoint && (await identify(handle, size, checkpoint));
      let generation: Generation;
      if (checkpoint && (verdict === "same" || verdict === "grown")) {
        if (checkpoint.ended && verdict === "same") return await handle.close();
        generation = checkpoint;
        generation.path = path;
        generation.ended = false;
        checkpoints.save(generation);
      } else if (!checkpoint && (await isCopy(path, handle, size))) {
        copies.add(path);
        return await handle.close();
      } else {
        if (checkpoint && !checkpoint.ended) await finish(checkpoint, verdict ?? "replaced");
        const seen = checkpoint !== undefined || [...known.values()].some((one) => one.path === path);
        const fromEnd = options.from === "end" && !started && !seen;
        generation = await beginAt(path, handle, fromEnd ? await lastLineEnd(handle, size) : 0);
      }
      if (stopped) return await handle.close();
      troubles.delete(path);
      copies.delete(path);
      paths.set(
        path,
        follow(host, handle, generation, () => paused),
      );
      context.changed();
    } catch (error) {
      await handle.close().catch(() => {});
      throw error;
    }
  }

  /** The file of a checkpoint was truncated or replaced while nobody looked: its rest may be in a copy. */
  async function finish(generation: Generation, verdict: string): Promise<void> {
    log.info(`${generation.path} was ${verdict} while it was not watched`);
    const copy = await findCopy(generation, generation.offset, Buffer.from(generation.marker, "hex"));
    if (!copy) {
      generation.ended = true;
      return checkpoints.save(generation);
    }
    const follower = follow(host, copy.handle, generation, () => paused);
    retired.add(follower);
    follower.retire();
    await follower.drain();
    await copy.remember();
    generation.ended = true;
    checkpoints.save(generation);
    void follower.done.then(() => retired.delete(follower));
  }

  /** A file beside the old one that begins as it did and goes on where reading stopped: a copytruncate copy. */
  async function findCopy(generation: Generation, position: number, tail: Buffer): Promise<Copy | undefined> {
    if (position === 0) return undefined;
    const folder = dirname(generation.path);
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      if (!found?.isFile() || `${found.dev}:${found.ino}` === keyOf(generation) || found.size < position)
        continue;
      if (known.has(`${found.dev}:${found.ino}`)) continue;
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
            const ended = await beginAt(path, handle, size);
            ended.ended = true;
            checkpoints.save(ended);
          },
        };
      }
      await handle.close();
    }
    return undefined;
  }

  /** A new path whose name extends a followed one's and whose bytes are those already read. */
  async function isCopy(path: string, handle: FileHandle, size: number): Promise<boolean> {
    for (const [original, { generation }] of paths) {
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
    return false;
  }

  /** Files that were renamed or went while we were down are read to their end where they can be found. */
  async function catchUp(): Promise<void> {
    const followed = new Set([...paths.values()].map((one) => one.generation));
    for (const generation of known.values()) {
      if (
        generation.ended ||
        followed.has(generation) ||
        [...retired].some((one) => one.generation === generation)
      )
        continue;
      const path = await locate(generation);
      const handle = path === undefined ? undefined : await open(path, "r").catch(() => undefined);
      const verdict = handle && (await identify(handle, (await handle.stat()).size, generation));
      if (!handle || path === undefined || (verdict !== "same" && verdict !== "grown")) {
        await handle?.close();
        await finish(generation, "removed");
        continue;
      }
      generation.path = path;
      log.info(`${path} was rotated while it was not watched: its rest is read`);
      const follower = follow(host, handle, generation, () => paused);
      retired.add(follower);
      follower.retire();
      void follower.done.then(() => retired.delete(follower));
    }
  }

  /** The backstop: looks at a tenth of the files each second, and at the folders every ten seconds. */
  async function sweep(): Promise<void> {
    slice = (slice + 1) % SWEEP_SLICES;
    const due = [...paths.keys()].filter((_, at) => at % SWEEP_SLICES === slice);
    if (slice === 0) {
      const present = await discovery.scan();
      due.push(
        ...present.filter((path) => !paths.has(path)),
        ...matcher.literals.filter((path) => !paths.has(path)),
      );
    }
    for (const path of due) {
      const follower = paths.get(path);
      if (!follower) {
        await visit(path);
        continue;
      }
      const found = await stat(path).catch(() => undefined);
      const unchanged =
        found && `${found.dev}:${found.ino}` === keyOf(follower.generation) && found.size === follower.size;
      if (!unchanged || follower.state === "failed") await visit(path);
    }
  }

  return {
    async start() {
      const rows = checkpoints.load(context.id);
      for (const generation of rows) known.set(keyOf(generation), generation);
      const present = await discovery.start();
      // Files with a checkpoint first: one that was truncated claims its copy before that is taken for new.
      const open = new Set(rows.filter(({ ended }) => !ended).map(({ path }) => path));
      const ordered = [
        ...present.filter((path) => open.has(path)),
        ...present.filter((path) => !open.has(path)),
      ];
      for (const path of ordered) await visit(path);
      await catchUp();
      const alive = new Set([...paths.values(), ...retired].map((one) => one.generation));
      for (const generation of rows) {
        const gone =
          generation.ended && !alive.has(generation) && Date.now() - generation.updated > FORGET_AFTER;
        if (gone && !present.includes(generation.path)) checkpoints.forget(generation);
      }
      started = true;
      sweeper = setInterval(
        () => void sweep().catch((error) => log.warn(reasonOf(error))),
        SWEEP / SWEEP_SLICES,
      );
      context.changed();
    },
    async stop() {
      stopped = true;
      clearInterval(sweeper);
      await discovery.close();
      await Promise.all(visits.values());
      await Promise.all([...paths.values(), ...retired].map((one) => one.stop()));
    },
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      for (const one of [...paths.values(), ...retired]) one.wake();
    },
    async drain() {
      for (const path of await discovery.scan()) await visit(path);
      await Promise.all([...paths.values(), ...retired].map((one) => one.drain()));
    },
    state() {
      const all = [...paths.values()];
      if (paused) return { state: "paused" };
      if (all.some((one) => one.state === "watching")) return { state: "watching" };
      const reason = [...troubles.values()][0] ?? all.find((one) => one.reason)?.reason;
      if (reason !== undefined) return { state: "failed", reason };
      return {
        state: started ? "waiting" : "starting",
        reason: `no file matches ${options.paths.join(", ")} yet`,
      };
    },
    files() {
      const rows = [...paths].map(([path, one]) => figuresOf(path, one));
      for (const one of retired) rows.push(figuresOf(one.generation.path, one));
      for (const [path, reason] of troubles) {
        if (!paths.has(path)) rows.push({ path, state: "failed", reason, offset: 0, size: 0 });
      }
      for (const path of matcher.literals) {
        if (paths.has(path) || troubles.has(path)) continue;
        rows.push({
          path,
          state: paused ? "paused" : "waiting",
          reason: "the file does not exist yet",
          offset: 0,
          size: 0,
        });
      }
      return rows;
    },
  };
}

type FileRow = Pick<FileFigures, "path" | "state" | "reason" | "offset" | "size" | "lastRead">;

function figuresOf(path: string, { state, reason, position, size, lastRead }: Follower): FileRow {
  return {
    path,
    state: state satisfies SourceState,
    ...(reason !== undefined && { reason }),
    offset: position,
    size,
    ...(lastRead !== undefined && { lastRead }),
  };
}

function keyOf({ device, inode }: Generation): string {
  return `${device}:${inode}`;
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
