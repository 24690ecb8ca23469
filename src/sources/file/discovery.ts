import type { Dirent, Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { reasonOf } from "../../errors.ts";
import { forEachOf } from "../../lib/each.ts";
import type { Log } from "../../lib/log.ts";
import type { Matcher } from "./paths.ts";

/** How often (ms) folders are looked at for files that come: their time of change tells of that alone. */
const FOLDER_POLL = 500;
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

  const list = async (folder: string): Promise<{ readonly found: Set<string>; readonly below: string[] }> => {
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

  /** Tells of what came into a folder and what went. */
  const look = async (folder: string): Promise<void> => {
    if (closed) return;
    const before = listed.get(folder) ?? new Set();
    const { found } = await list(folder);
    for (const path of found) if (!before.has(path)) changed(path);
    for (const path of before) if (!found.has(path)) changed(path);
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
        // Another may stand there already, which is to be watched anew.
        listed.get(dirname(path))?.delete(path);
        void look(dirname(path));
      };
      files.on("change", report).on("unlink", gone).on("error", failed);
      // What it finds out of a folder itself it passes on as raw only.
      folders.on("raw", (_event, path) => void look(path));
      folders.on("addDir", (path) => void look(path)).on("error", failed);
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
