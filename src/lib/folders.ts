import { mkdirSync, mkdtempSync, rmdirSync, statSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/**
 * Makes a folder and those above it that are not there. Node's own recursive mkdir never ends where the file
 * system refuses folders with ENOENT, as /proc does.
 * @throws the error of the file system, also where it takes none
 */
export function makeFolder(path: string): void {
  for (const folder of missingOf(path)) {
    try {
      mkdirSync(folder);
    } catch (error) {
      if (!isCode(error, "EEXIST") || !isFolder(folder)) throw worded(error, folder);
    }
  }
}

/** The same, without holding the thread up. */
export async function makeFolderAsync(path: string): Promise<void> {
  const missing: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    const found = await stat(at).catch((error: unknown) => {
      if (isCode(error, "ENOENT") || isCode(error, "ENOTDIR")) return undefined;
      throw error;
    });
    if (found && !found.isDirectory()) throw inTheWay(at);
    if (found) break;
    missing.unshift(at);
    if (dirname(at) === at) break;
  }
  for (const folder of missing) {
    try {
      await mkdir(folder);
    } catch (error) {
      if (!isCode(error, "EEXIST") || !isFolder(folder)) throw worded(error, folder);
    }
  }
}

/**
 * Tries whether something can be made in a folder, or in the one above it that is there; leaves nothing behind.
 * @throws what making it would throw
 */
export function tryFolder(path: string): void {
  const [first] = missingOf(path);
  const folder = first === undefined ? resolve(path) : dirname(first);
  const trial = join(folder, ".log-monitor-try-");
  try {
    rmdirSync(mkdtempSync(trial));
  } catch (error) {
    throw worded(error, join(folder, "…"));
  }
}

/** Those that are to be made, the outermost first. */
function missingOf(path: string): string[] {
  const missing: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    const found = statSync(at, { throwIfNoEntry: false });
    if (found && !found.isDirectory()) throw inTheWay(at);
    if (found) return missing;
    missing.unshift(at);
    if (dirname(at) === at) return missing;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}

function inTheWay(path: string): Error {
  return Object.assign(new Error(`${path} is a file, not a folder`), { code: "ENOTDIR" });
}

/** The folder above is there: ENOENT says that the file system takes none. */
function worded(error: unknown, folder: string): unknown {
  if (!isCode(error, "ENOENT")) return error;
  return Object.assign(new Error(`no folder can be made in ${dirname(folder)}`), { code: "ENOENT" });
}
