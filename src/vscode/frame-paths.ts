import { isAbsolute, resolve } from "node:path";
import { liesIn, realPath } from "../lib/real-path.ts";

/** Roots of paths as programs elsewhere see them, and where the same lies here. */
export type PathMappings = Readonly<Record<string, string>>;

const slashed = (path: string): string => path.replaceAll("\\", "/");
const segmentsOf = (path: string): string[] =>
  slashed(path)
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".");
/** Symlinks that lead out are followed to see that they do. */
const staysIn = (path: string, folder: string): boolean => liesIn(realPath(path), realPath(folder));
const isDrive = (path: string): boolean => /^[A-Za-z]:\//.test(path);

/** What a path is here by the mappings, that of the longest root first; nothing that would leave its local root. */
export function mappedPaths(path: string, mappings: PathMappings): readonly string[] {
  const written = slashed(path);
  const folded = (text: string): string => (isDrive(text) ? text.toLowerCase() : text);
  return Object.entries(mappings)
    .map(([remote, local]) => [slashed(remote).replace(/\/+$/, ""), local] as const)
    .filter(([remote, local]) => local !== "" && folded(`${written}/`).startsWith(folded(`${remote}/`)))
    .sort(([a], [b]) => b.length - a.length)
    .flatMap(([remote, local]) => {
      const root = resolve(local);
      const here = resolve(root, `.${written.slice(remote.length)}`);
      return staysIn(here, root) ? [here] : [];
    });
}

/** The same path if it is one of this machine and lies in one of the folders, with all its symlinks. */
export function pathInside(path: string, folders: readonly string[]): string | undefined {
  if (!isAbsolute(path)) return undefined;
  const here = resolve(path);
  return folders.some((folder) => staysIn(here, folder)) ? here : undefined;
}

/** A relative path in each of the folders that it does not leave. */
export function pathsBelow(path: string, folders: readonly string[]): readonly string[] {
  const written = slashed(path);
  if (written.startsWith("/") || isDrive(written)) return [];
  return folders
    .map((folder) => resolve(folder, written))
    .filter((here, i) => staysIn(here, folders[i] ?? ""));
}

/** The pattern of files that may be named so, for a search: its marks of patterns are any character. */
export function namePattern(path: string): string {
  return `**/${nameOf(path).replace(/[*?[\]{}!]/g, "?")}`;
}

export function nameOf(path: string): string {
  return segmentsOf(path).at(-1) ?? "";
}

/**
 * Of the files found for a path those whose ends have most folders in common with it.
 * `sure`: it is one, and of several folders that the path names more than the file's name agrees.
 */
export function likest(
  path: string,
  found: readonly string[],
): { readonly files: readonly string[]; readonly sure: boolean } {
  const wanted = segmentsOf(path).reverse();
  const common = (file: string): number => {
    const own = segmentsOf(file).reverse();
    const differs = wanted.findIndex((segment, i) => segment !== own[i]);
    return differs < 0 ? wanted.length : differs;
  };
  const counted = found.map((file) => ({ file, agrees: common(file) })).filter(({ agrees }) => agrees > 0);
  const most = Math.max(0, ...counted.map(({ agrees }) => agrees));
  const files = counted.filter(({ agrees }) => agrees === most).map(({ file }) => file);
  return { files, sure: files.length === 1 && (most > 1 || wanted.length === 1) };
}
