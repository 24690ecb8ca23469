import { realpathSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";

/** Where a path really lies: symlinks are resolved in as much of it as exists. */
export function realPath(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    try {
      return resolve(realpathSync(at), relative(at, path));
    } catch {
      if (dirname(at) === at) return path;
    }
  }
}

/** Whether a path lies in a folder, or is it; both as `realPath` gives them. */
export function liesIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !/^\.\.[/\\]/.test(way) && !isAbsolute(way));
}
