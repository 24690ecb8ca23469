import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { reasonOf } from "../../errors.ts";
import type { Log } from "../../lib/log.ts";
import { createFolders, type Listing } from "./folders.ts";
import { existing, isFolder } from "./links.ts";
import { createMounts, type Mounts } from "./mounts.ts";
import type { Matcher } from "./paths.ts";
import { createTurns } from "./turns.ts";

/** How often (ms) folders are looked at for files that come: their time of change tells of that alone. */
const FOLDER_POLL = 500;
/**
 * Who rotates makes the log anew at once, and may rename it soon again: where a file went is looked after these
 * ms each, so that one is found before it is older than its place was empty.
 */
const COMES_BACK = [5, 10, 20, 40, 80, 160, 320];
/** A new file may go before its watcher stands, which tells nobody then: it is looked at after these ms. */
const STAYS = [20, 200];
const GONE = "";
/** A folder that went is looked at after these ms each: it may return before its parent is watched. */
const RETURNS = [100, 300, 700, 1500];
/** So many ms after an event its file is looked at once more. */
const SETTLED = 100;
export interface Discovery {
  /** Resolves with the matching files that are there now; events follow after it. */
  start(): Promise<readonly string[]>;
  /** All matching files, by walking the folders: the backstop where events don't come. */
  scan(): Promise<readonly string[]>;
  /** Change events fail, at least of some files: they must be looked at more often. */
  readonly polling: boolean;
  /** Files that no change events come of: they must be looked at every second or so. */
  polled(): Iterable<string>;
  /**
   * Another file lies at a path now, or none: a link that was turned tells nobody, and chokidar nothing of a file
   * that is there again when it looks.
   */
  renew(path: string, there: boolean): void;
  /** Why folders can't be looked into. */
  readonly unreadable: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

interface Means {
  /** Look at all files (true) or none (false) without waiting for events; undefined: where none come. */
  readonly poll?: boolean | undefined;
  readonly mounts?: Mounts;
  /** Called with a path some time after an event: of many at once chokidar passes on the first alone. */
  check?(path: string): void;
}

/**
 * Watches with chokidar the fixed parent folders of the globs for files that come, and each file for changes.
 * `changed` is called with a matching path whenever it came, changed or went: the caller looks for itself
 * what is true.
 *
 * Folders are polled: of a watched one the system tells each write to a file in it, at which chokidar lists
 * the whole folder, without a pause as long as one log is busy (a fifth of a core at 1,000 lines/s, more with
 * many files beside it).
 */
export function createDiscovery(
  matcher: Matcher,
  changed: (path: string) => void,
  log: Log,
  { poll, mounts = createMounts(), check = changed }: Means = {},
): Discovery {
  const fixed = new Set<string>();
  /** Those of them that chokidar has. */
  const watched = new Set<string>();
  let folders: FSWatcher | undefined;
  let files: FSWatcher | undefined;
  /** Matching files in each folder as it was last listed: those that are watched. */
  const listed = new Map<string, Set<string>>();
  /** Of the files in each folder, those that are polled. */
  const polled = new Map<string, ReadonlySet<string>>();
  let closed = false;
  let leave: (() => void) | undefined;
  /** Paths whose files came or went just now, with the next look at them. */
  const attended = new Map<string, NodeJS.Timeout>();

  const settling = new Map<string, NodeJS.Timeout>();

  const lists = createTurns();
  /** Folders that are to be looked at as soon as nobody lists them, with the paths whose files went. */
  const looks = new Map<string, Set<string>>();

  const places = createFolders(matcher, mounts, poll, log);
  /** What was said of failing events, once for each cause. */
  const said = new Set<string>();

  const listNow = async (folder: string): Promise<Listing> => {
    const listing = await places.list(folder);
    const { found, silent, swapped } = listing;
    const before = listed.get(folder) ?? new Set();
    listed.set(folder, new Set(found));
    polled.set(folder, silent);
    if (closed) return listing;
    if (swapped) files?.unwatch([...before]);
    files?.add([...found].filter((path) => (swapped || !before.has(path)) && !silent.has(path)));
    if (swapped) for (const path of new Set([...before, ...found])) changed(path);
    return listing;
  };

  /** One at a time: what an earlier one saw must not count after a file was seen to be gone. */
  const list = (folder: string): Promise<Listing> => lists.next(folder, () => listNow(folder));

  const scan = async (): Promise<string[]> => {
    const all: string[] = [];
    const walked = new Set<string>();
    await mounts.refresh();
    const walk = async (folder: string): Promise<void> => {
      if (closed) return;
      walked.add(folder);
      const { found, below } = await list(folder);
      all.push(...found);
      for (const each of below) await walk(each);
    };
    for (const root of matcher.roots) await walk(root);
    await places.forgetGone();
    // Of a folder that went nothing is left but that nothing is in it.
    for (const [folder, found] of closed ? [] : listed) {
      if (found.size > 0 || walked.has(folder)) continue;
      listed.delete(folder);
      polled.delete(folder);
      places.forget(folder);
    }
    return [...new Set(all)].sort();
  };

  /**
   * Tells of what came into a folder and what went. Whoever asks before it is begun shares it.
   * @param gone a path whose file went: another that lies there by now is to be watched anew
   */
  const look = (folder: string, gone?: string): void => {
    const queued = looks.get(folder);
    const went = queued ?? new Set();
    if (gone !== undefined) went.add(gone);
    if (queued) return;
    looks.set(folder, went);
    void lists.next(folder, async () => {
      looks.delete(folder);
      if (closed) return;
      const before = new Set(listed.get(folder));
      for (const path of went) {
        before.delete(path);
        listed.get(folder)?.delete(path);
      }
      const { found, links, linked, swapped, below } = await listNow(folder);
      for (const path of found) {
        if (before.has(path)) continue;
        changed(path);
        attend(path, STAYS, undefined);
      }
      // One that was turned to another file tells nobody.
      for (const path of links) if (before.has(path) && !swapped) changed(path);
      for (const path of swapped ? below : linked) look(path);
      for (const path of before) if (!found.has(path)) changed(path);
    });
  };

  /** Looks at a path after `waits` each (ms), until it changes hands. `last` is what was there, if that is known. */
  const attend = (path: string, waits: readonly number[], last: string | undefined): void => {
    clearTimeout(attended.get(path));
    attended.delete(path);
    const [wait, ...more] = waits;
    if (closed || wait === undefined) return;
    const again = async (): Promise<void> => {
      const there = await stat(path).catch(() => undefined);
      // Meanwhile it may have been seen to come or go.
      if (attended.get(path) !== timer) return;
      const now = there ? `${there.ino} ${there.birthtimeMs}` : GONE;
      if (now === GONE) return attend(path, last === GONE ? more : COMES_BACK, GONE);
      if (last === now) return attend(path, more, now);
      if (last !== undefined) return look(dirname(path), path);
      // It may have been another when it was listed, and gone when it was to be watched.
      if (!isPolled(path)) files?.add(path);
      changed(path);
      attend(path, more, now);
    };
    const timer = setTimeout(() => void again(), wait);
    attended.set(path, timer);
  };

  const missed = (path: string): void => {
    look(dirname(path), path);
    attend(path, COMES_BACK, GONE);
  };

  const settle = (path: string): void => {
    if (closed || settling.has(path) || !matcher.matches(path)) return;
    const look = (): void => {
      settling.delete(path);
      check(path);
    };
    settling.set(path, setTimeout(look, SETTLED));
  };

  const isPolled = (path: string): boolean => polled.get(dirname(path))?.has(path) ?? false;

  /** Whatever of the folders that all matches lie under is there; a parent instead of one that is not. */
  const fix = async (): Promise<void> => {
    for (const root of matcher.roots) fixed.add(await existing(root));
  };

  /** A folder went that all matches lie under: nobody would see it return, and what is in it. */
  const comeBack = async (folder: string, [wait, ...more]: readonly number[]): Promise<void> => {
    await fix();
    if (closed) return;
    const missing = [...fixed].filter((one) => !watched.has(one));
    for (const one of missing) if (await isFolder(one)) watched.add(one);
    if (!closed) folders?.add(missing.filter((one) => watched.has(one)));
    look(folder);
    for (const root of matcher.roots) look(root);
    if (wait !== undefined)
      attended.set(
        folder,
        setTimeout(() => void comeBack(folder, more), wait),
      );
  };

  const failed = (error: unknown): void => {
    // A watcher that fails may never say that it is ready.
    leave?.();
    const cause = (error as NodeJS.ErrnoException).code ?? reasonOf(error);
    if (said.has(cause)) return;
    said.add(cause);
    log.warn(
      `change events fail (${reasonOf(error)}): files are looked at every few seconds instead${adviceOn(cause)}`,
    );
  };

  return {
    scan,
    unreadable: places.unreadable,
    get polling() {
      return said.size > 0;
    },
    *polled() {
      for (const paths of polled.values()) yield* paths;
    },
    renew(path, there) {
      if (closed || isPolled(path)) return;
      if (!there) return missed(path);
      files?.unwatch(path);
      files?.add(path);
    },
    async start() {
      await fix();
      if (closed) return [];
      const common = { persistent: true, ignoreInitial: true, atomic: false, ignorePermissionErrors: true };
      // Of a file that went before it could be watched, chokidar would watch the folder.
      files = watch([], { ...common, ignored: (path) => !matcher.matches(path) });
      for (const one of fixed) watched.add(one);
      folders = watch([...fixed], {
        ...common,
        usePolling: true,
        interval: FOLDER_POLL,
        // Called first without stats, when only the path is known: let pass what could be a folder.
        ignored: (path, stats?: Stats) =>
          !fixed.has(path) && (!matcher.leads(path) || (stats !== undefined && !stats.isDirectory())),
      });
      const report = (path: string): void => {
        if (matcher.matches(path)) changed(path);
      };
      const gone = (path: string): void => {
        report(path);
        missed(path);
      };
      files.on("change", report).on("unlink", gone).on("error", failed);
      files.on("raw", (_event, _path, details) => settle((details as { watchedPath: string }).watchedPath));
      // What it finds out of a folder itself it passes on as raw only.
      folders.on("raw", (_event, path) => look(path));
      folders.on("addDir", (path) => look(path)).on("error", failed);
      folders.on("unlinkDir", (path) => {
        look(path);
        watched.delete(path);
        if (fixed.has(path)) void comeBack(path, RETURNS);
      });
      // One that is closed before it is ready never says so.
      await new Promise<void>((resolve) => {
        leave = resolve;
        folders?.once("ready", resolve);
      });
      return scan();
    },
    async close() {
      closed = true;
      leave?.();
      for (const timer of [...attended.values(), ...settling.values()]) clearTimeout(timer);
      attended.clear();
      settling.clear();
      await Promise.all([files?.close(), folders?.close()]);
    },
  };
}

function adviceOn(cause: string): string {
  if (cause === "ENOSPC") return "; `fs.inotify.max_user_watches` is the limit to raise";
  if (cause === "EMFILE") return "; `ulimit -n` or `fs.inotify.max_user_instances` is the limit to raise";
  return "";
}
