import { dirname, isAbsolute, sep } from "node:path";
import picomatch from "picomatch";

/** Tells which paths a list of globs means, and which folders can lead to them. */
export interface Matcher {
  matches(path: string): boolean;
  /** Whether something below this folder may match. */
  leads(folder: string): boolean;
  /** The folders that all matches lie under. */
  readonly roots: readonly string[];
  /** The patterns that name one file. */
  readonly literals: readonly string[];
}

const posix = (path: string): string => (sep === "\\" ? path.replaceAll("\\", "/") : path);
const literal = (glob: string): string => glob.replace(/\\(.)/g, "$1");

/**
 * A pattern as `createMatcher` takes it: absolute, with forward slashes, without `.` and `..`, and with the
 * characters of the folder that a glob would read as its own escaped.
 */
export function absoluteGlob(pattern: string, baseDir: string): string {
  const glob = posix(pattern);
  if (isAbsolute(pattern)) return normalized(glob);
  const base = posix(baseDir).replace(/[*?[\]{}()!+@|\\]/g, "\\$&");
  return normalized(`${base.replace(/\/$/, "")}/${glob}`);
}

/** What to leave out, as `createMatcher` takes it: a name alone, or `**` in front, means any folder. */
export function excludeGlob(pattern: string, baseDir: string): string {
  const glob = posix(pattern);
  if (glob.startsWith("**/")) return glob;
  return glob.includes("/") ? absoluteGlob(pattern, baseDir) : `**/${glob}`;
}

/** The folders before the first wildcard, or all of a pattern that has none; `scan` of picomatch stumbles over `\\{`. */
function fixedPart(glob: string): string {
  const segments = glob.split("/");
  const wild = segments.findIndex((segment, at) => {
    const bare = segment.replace(/\\./g, "");
    const braces = bare.includes("{") && segments.slice(at).join("/").replace(/\\./g, "").includes("}");
    return braces || /[*?]|\[.*\]|\(.*\)/.test(bare);
  });
  return wild < 0 ? glob : segments.slice(0, wild).join("/");
}

/** Resolves `.` and `..` as far as the path is fixed; behind a wildcard they could mean several folders. */
function normalized(glob: string): string {
  const fixed = fixedPart(glob);
  const kept: string[] = [];
  for (const [at, segment] of fixed.split("/").entries()) {
    if (segment === ".." && kept.length > 1) kept.pop();
    // The first two may be empty: they are the root, and a Windows share.
    else if (segment !== "." && segment !== ".." && (segment !== "" || at < 2)) kept.push(segment);
  }
  return kept.join("/") + glob.slice(fixed.length);
}

/** Globs as `absoluteGlob` makes them. A pattern without glob characters means the file of that very name. */
export function createMatcher(patterns: readonly string[], exclude: readonly string[]): Matcher {
  const parts = patterns.map((pattern) => {
    const glob = pattern;
    const base = fixedPart(glob);
    const isGlob = base !== glob;
    const file = literal(glob);
    const root = isGlob ? literal(base) || "/" : dirname(file);
    const segments = glob.split("/");
    const deep = segments.findIndex((segment) => segment.includes("**"));
    const prefixes = segments.map((_, at) =>
      picomatch(segments.slice(0, at + 1).join("/") || "/", { nobrace: false }),
    );
    return {
      file,
      isGlob,
      root,
      matches: isGlob ? picomatch(glob) : (path: string) => path === file,
      leads(folder: string): boolean {
        const depth = folder === "/" ? 1 : folder.split("/").length;
        if (deep >= 0 && depth > deep)
          return deep === 0 || (prefixes[deep - 1]?.(folder.split("/").slice(0, deep).join("/")) ?? true);
        if (depth >= segments.length) return false;
        return depth <= root.split("/").length
          ? within(root, folder)
          : (prefixes[depth - 1]?.(folder) ?? false);
      },
    };
  });
  const excluded = exclude.length > 0 ? picomatch([...exclude], { dot: true }) : () => false;
  return {
    matches(path) {
      const name = posix(path);
      return parts.some((part) => part.matches(name)) && !excluded(name);
    },
    leads(folder) {
      const name = posix(folder);
      return parts.some((part) => part.leads(name));
    },
    roots: [...new Set(parts.map((part) => part.root))],
    literals: parts.filter((part) => !part.isGlob).map((part) => part.file),
  };
}

/** Whether `folder` is `path` or one of its parents. */
function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
