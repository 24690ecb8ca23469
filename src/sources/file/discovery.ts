import type { Dirent, Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { reasonOf } from "../../errors.ts";
import { forEachOf } from "../../lib/each.ts";
import type { Log } from "../../lib/log.ts";
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
  /** Why folders can't be looked into. */
  readonly unreadable: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

interface Listing {
  readonly found: Set<string>;
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
 */
export function createDiscovery(matcher: Matcher, changed: (path: string) => void, log: Log): Discovery {
  const fixed = new Set<string>();
  let folders: FSWatcher | undefined;
  let files: FSWatcher | undefined;
  /** Matching files in each folder as it was last listed: those that are watched. */
  const listed = new Map<string, Set<string>>();
  let closed = false;
  let leave: (() => void) | undefined;
  /** Paths whose files came or went just now, with the next look at them. */
  const attended = new Map<string, NodeJS.Timeout>();

  const lists = createTurns();
  /** Folders that are to be looked at as soon as nobody lists them, with the paths whose files went. */
  const looks = new Map<string, Set<string>>();

  /** What was said of failing events, once for each cause. */
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

  const listNow = async (folder: string): Promise<Listing> => {
    const found = new Set<string>();
    const below: string[] = [];
    await forEachOf(await entriesOf(folder), LOOKS, async (entry) => {
      const path = join(folder, entry.name);
      const matches = !entry.isDirectory() && matcher.matches(path);
      if (entry.isDirectory()) {
        if (matcher.leads(path)) below.push(path);
      } else if (entry.isFile()) {
        if (matches) found.add(path);
      } else if (entry.isSymbolicLink() && (matches || matcher.leads(path))) {
        const target = await targetOf(path);
        if (target === "file" && matches) found.add(path);
        if (target === "folder" && matcher.leads(path) && !(await leadsBack(path, folder))) below.push(path);
      }
    });
    const before = listed.get(folder);
    listed.set(folder, found);
    if (!closed) files?.add([...found].filter((path) => !before?.has(path)));
    return { found, below };
  };

  /** One at a time: what an earlier one saw must not count after a file was seen to be gone. */
  const list = (folder: string): Promise<Listing> => lists.next(folder, () => listNow(folder));

  const scan = async (): Promise<string[]> => {
    const all: string[] = [];
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
      const { found } = await listNow(folder);
      for (const path of found) {
        if (before.has(path)) continue;
        changed(path);
        attend(path, STAYS, undefined);
      }
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
      files?.add(path);
      changed(path);
      attend(path, more, now);
    };
    const timer = setTimeout(() => void again(), wait);
    attended.set(path, timer);
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
    unreadable,
    get polling() {
      return said.size > 0;
    },
    async start() {
      for (const root of matcher.roots) fixed.add(await existing(root));
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

/** A link that can't be resolved counts as one to a file: who looks at it will say why. */
async function targetOf(link: string): Promise<"file" | "folder" | undefined> {
  try {
    const target = await stat(link);
    return target.isFile() ? "file" : target.isDirectory() ? "folder" : undefined;
  } catch (error) {
    return isGone(error) ? undefined : "file";
  }
}

/** Whether a link in a folder leads to that folder or to one around it: there is no end to such a way. */
async function leadsBack(link: string, folder: string): Promise<boolean> {
  const [target, here] = await Promise.all([realpath(link), realpath(folder)]).catch(() => ["", ""]);
  return target === here || here.startsWith(target.endsWith(sep) ? target : `${target}${sep}`);
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}

function adviceOn(cause: string): string {
  if (cause === "ENOSPC") return "; `fs.inotify.max_user_watches` is the limit to raise";
  if (cause === "EMFILE") return "; `ulimit -n` or `fs.inotify.max_user_instances` is the limit to raise";
  return "";
}

/** The folder itself, or its nearest parent that exists. */
async function existing(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    if ((await stat(at).catch(() => undefined))?.isDirectory()) return at;
    if (dirname(at) === at) return at;
  }
}
