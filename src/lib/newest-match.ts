import { glob, stat } from "node:fs/promises";

/** Files that are looked at. */
const MOST = 500;
/** How long (ms) folders are searched: `/**` in front may mean all of a machine. */
const PATIENCE = 2_000;

/**
 * Of the files that an absolute glob finds, the one that was changed last: of the first 500, and of what is found in
 * two seconds. Undefined where none is found.
 */
export async function newestMatch(pattern: string, patience = PATIENCE): Promise<string | undefined> {
  const end = performance.now() + patience;
  const over = (): boolean => performance.now() >= end;
  const paths: string[] = [];
  for await (const path of glob(pattern, { exclude: over })) {
    paths.push(path);
    if (paths.length >= MOST || over()) break;
  }
  return newestOf(paths);
}

/** The one of these files that was changed last. */
export async function newestOf(paths: readonly string[]): Promise<string | undefined> {
  const found = await Promise.all(
    paths.map(async (path) => ({ path, stats: await stat(path).catch(() => undefined) })),
  );
  const files = found.filter(({ stats }) => stats?.isFile());
  return files.sort((a, b) => (b.stats?.mtimeMs ?? 0) - (a.stats?.mtimeMs ?? 0))[0]?.path;
}
