import type { Dirent, Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { reasonOf } from "../../errors.ts";
import { forEachOf } from "../../lib/each.ts";
import type { Log } from "../../lib/log.ts";
import { statKey } from "./generations.ts";
import { existing, isGone, leadsBack, targetOf } from "./links.ts";
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
/** Links of a folder that are looked at, at once. */
const LOOKS = 16;

export interface Discovery {
  /** Resolves with the matching files that are there now; events follow after it. */
  start(): Promise<readonly string[]>;
  /** All matching files, by walking the folders: the backstop where events don't come. */
  scan(): Promise<readonly string[]>;
  /** Change events fail, at least of some files: they must be looked at more often. */
  readonly polling: boolean;
  /** Files that no change events come of: they must be looked at every second or so. */
  polled(): Iterable<string>;
  /** Another file lies at a path now, of which a link that leads there tells nobody. */
  renew(path: string): Promise<void>;
  /** Why folders can't be looked into. */
  readonly unreadable: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

interface Listing {
  readonly found: Set<string>;
  /** Those that are links. */
  readonly links: readonly string[];
  /** The path leads to another folder than when it was last listed. */
  readonly swapped: boolean;
  /** Folders to go on in. */
  readonly below: string[];
}

/**
 * Watches with chokidar the fixed parent folders of the globs for files that come, and each file for changes.
 * `changed` is called with a matching path whenever it came, changed or went: the caller looks for itself
 * what is true.
 *
 * Folders are polled: of a watched one the system tells each write to a file in it, at which chokidar lists
 * the whole folder, without a pause as long as one log is busy (a fifth of a core at 1,000 lines/s, more with
 * many files beside it).
 *
 * @param poll look at all files (true) or none (false) without waiting for events; undefined: those on file systems
 *   that give none
 */
export function createDiscovery(
  matcher: Matcher,
  changed: (path: string) => void,
  log: Log,
  poll?: boolean,
  mounts: Mounts = createMounts(),
): Discovery {
  const fixed = new Set<string>();
  let folders: FSWatcher | undefined;
  let files: FSWatcher | undefined;
  /** Matching files in each folder as it was last listed: those that are watched. */
  const listed = new Map<string, Set<string>>();
  /** Which folder each path led to then (see `statKey`). */
  const keys = new Map<string, string>();
  /** Of the files in each folder, those that are polled. */
  const polled = new Map<string, ReadonlySet<string>>();
  let closed = false;
  let leave: (() => void) | undefined;
  /** Paths whose files came or went just now, with the next look at them. */
  const attended = new Map<string, NodeJS.Timeout>();

  const lists = createTurns();
  /** Folders that are to be looked at as soon as nobody lists them, with the paths whose files went. */
  const looks = new Map<string, Set<string>>();

  let failing = false;
  /** What was said of events that fail or don't come, once for each cause. */
  const said = new Set<string>();
  const unreadable = new Map<string, string>();

  const entriesOf = async (folder: string): Promise<Dirent[]> => {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      unreadable.delete(folder);
      return entries;
    } catch (error) {
      if (isGone(error)) unreadable.delete(folder);
      else if (!unreadable.has(folder)) {
        unreadable.set(folder, reasonOf(error));
        log.warn(`${folder} can't be looked into, the rest goes on: ${reasonOf(error)}`);
      }
      return [];
    }
  };

  /** Why the files of a folder are polled, if they are. */
  const remote = async (folder: string): Promise<string | undefined> => {
    if (poll !== undefined) return poll ? "" : undefined;
    const kind = await mounts.remote(await realpath(folder).catch(() => folder));
    if (kind !== undefined && !said.has(kind)) {
      said.add(kind);
      log.info(
        `${folder} lies on ${kind}, which tells nothing of what others write: its files are looked at every second`,
      );
    }
    return kind;
  };

  const isSwapped = async (folder: string): Promise<boolean> => {
    const here = await stat(folder).catch(() => undefined);
    const was = keys.get(folder);
    if (here) keys.set(folder, statKey(here));
    return here !== undefined && was !== undefined && was !== statKey(here);
  };

  const listNow = async (folder: string): Promise<Listing> => {
    const found = new Set<string>();
    const links: string[] = [];
    const below: string[] = [];
    const swapped = await isSwapped(folder);
    const looked = new Set<string>();
    const all = (await remote(folder)) !== undefined;
    await forEachOf(await entriesOf(folder), LOOKS, async (entry) => {
      const path = join(folder, entry.name);
      const matches = !entry.isDirectory() && matcher.matches(path);
      if (entry.isDirectory()) {
        if (matcher.leads(path)) below.push(path);
      } else if (entry.isFile()) {
        if (matches) found.add(path);
      } else if (entry.isSymbolicLink() && (matches || matcher.leads(path))) {
        const target = await targetOf(path);
        if (target === "file" && matches) {
          found.add(path);
          links.push(path);
          const place = all ? undefined : await realpath(path).catch(() => undefined);
          if (place !== undefined && (await remote(dirname(place))) !== undefined) looked.add(path);
        }
        if (target === "folder" && matcher.leads(path) && !(await leadsBack(path, folder))) below.push(path);
      }
    });
    const before = listed.get(folder);
    listed.set(folder, found);
    polled.set(folder, all ? found : looked);
    if (!closed) {
      if (swapped && before) files?.unwatch([...before]);
      const fresh = [...found].filter((path) => swapped || !before?.has(path));
      files?.add(fresh.filter((path) => !all && !looked.has(path)));
    }
    return { found, links, swapped, below };
  };

  /** One at a time: what an earlier one saw must not count after a file was seen to be gone. */
  const list = (folder: string): Promise<Listing> => lists.next(folder, () => listNow(folder));

  const scan = async (): Promise<string[]> => {
    const all: string[] = [];
    await mounts.refresh();
    const walk = async (folder: string): Promise<void> => {
      if (closed) return;
      const { found, below } = await list(folder);
      all.push(...found);
      for (const each of below) await walk(each);
    };
    for (const root of matcher.roots) await walk(root);
    for (const folder of unreadable.keys()) {
      if (!(await stat(folder).catch(() => undefined))) unreadable.delete(folder);
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
      const { found, links, swapped } = await listNow(folder);
      for (const path of found) {
        if (before.has(path) && !swapped) continue;
        changed(path);
        attend(path, STAYS, undefined);
      }
      // One that was turned to another file tells nobody.
      for (const path of links) if (before.has(path) && !swapped) changed(path);
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

  const isPolled = (path: string): boolean => polled.get(dirname(path))?.has(path) ?? false;

  /** Whatever of the folders that all matches lie under is there; a parent instead of one that is not. */
  const fix = async (): Promise<void> => {
    for (const root of matcher.roots) fixed.add(await existing(root));
  };

  const failed = (error: unknown): void => {
    // A watcher that fails may never say that it is ready.
    leave?.();
    const cause = (error as NodeJS.ErrnoException).code ?? reasonOf(error);
    failing = true;
    if (said.has(cause)) return;
    said.add(cause);
    log.warn(
      `change events fail (${reasonOf(error)}): files are looked at every few seconds instead${adviceOn(cause)}`,
    );
  };

  return {
    scan,
    unreadable,
    get polling() {
      return failing;
    },
    *polled() {
      for (const paths of polled.values()) yield* paths;
    },
    async renew(path) {
      const target = await realpath(path).catch(() => path);
      if (closed || target === path || isPolled(path)) return;
      files?.unwatch(path);
      files?.add(path);
    },
    async start() {
      await fix();
      if (closed) return [];
      const common = { persistent: true, ignoreInitial: true, atomic: false, ignorePermissionErrors: true };
      // Of a file that went before it could be watched, chokidar would watch the folder.
      files = watch([], { ...common, ignored: (path) => !matcher.matches(path) });
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
        look(dirname(path), path);
        attend(path, COMES_BACK, GONE);
      };
      files.on("change", report).on("unlink", gone).on("error", failed);
      // What it finds out of a folder itself it passes on as raw only.
      folders.on("raw", (_event, path) => look(path));
      folders.on("addDir", (path) => look(path)).on("error", failed);
      folders.on("unlinkDir", (path) => {
        look(path);
        // Nobody would see it come back.
        if (fixed.has(path)) void fix().then(() => !closed && folders?.add([...fixed]));
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
      for (const timer of attended.values()) clearTimeout(timer);
      attended.clear();
      await Promise.all([files?.close(), folders?.close()]);
    },
  };
}

function adviceOn(cause: string): string {
  if (cause === "ENOSPC") return "; `fs.inotify.max_user_watches` is the limit to raise";
  if (cause === "EMFILE") return "; `ulimit -n` or `fs.inotify.max_user_instances` is the limit to raise";
  return "";
}
