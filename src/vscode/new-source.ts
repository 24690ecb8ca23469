import { basename, isAbsolute, join, relative, sep } from "node:path";
import { idInFolder } from "../config/source-id.ts";
import { freeName } from "../lib/free-name.ts";

/** What "Add Log…" writes under an id of `logMonitor.sources`. */
export interface NewSource {
  readonly type: "file";
  readonly paths: readonly string[];
  /** A name, or an object with options. */
  readonly parser: unknown;
  readonly multiline?: unknown;
  readonly from: "start" | "end";
}

/** An id made of the file's name that is not taken: `access`, `access-2`; wildcards and dates fall away. */
export function sourceId(path: string, taken: ReadonlySet<string>): string {
  const stem = basename(path)
    .replace(/\.(log|txt|out|json|jsonl|ndjson)$/i, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return freeName(stem || "log", taken);
}

/** What the engine calls a source that was written to these settings under an id. */
export function engineId(
  { label, scope }: { readonly label: string; readonly scope?: unknown },
  id: string,
): string {
  return scope === undefined ? id : idInFolder(label, id);
}

/** A typed path that begins with the name of one of several folders, as the editor lists files, is in that one. */
export function typedPath(
  path: string,
  folders: readonly { readonly name: string; readonly path: string }[],
): string {
  if (isAbsolute(path) || folders.length < 2) return path;
  const [, first, rest] = /^([^/\\]+)[/\\](.+)$/.exec(path) ?? [];
  const folder = folders.find(({ name }) => name === first);
  return folder && rest !== undefined ? join(folder.path, rest) : path;
}

/** The path as settings should hold it: relative to the folder with forward slashes when it lies within. */
export function settingsPath(path: string, folder: string | undefined): string {
  if (folder === undefined || !isAbsolute(path)) return path.split(sep).join("/");
  const inside = relative(folder, path);
  const within = inside !== "" && inside !== ".." && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
  return (within ? inside : path).split(sep).join("/");
}

/**
 * The glob that means the file of this very name: what a glob would read as its own is escaped. Where a
 * backslash divides folders it can't escape, and "?", which means any one character, stands in.
 */
export function literalGlob(path: string, divider: string = sep): string {
  return path.replace(/[*?[\]{}()\\]/g, divider === "\\" ? "?" : "\\$&");
}

/** Parsers to choose from, in the order of the list; a test holds this against the registry. */
export const PARSERS = ["auto", "nginx", "combined", "common", "json", "logfmt", "syslog", "plain"] as const;

/** Names of ways to put lines together; a test holds this against the registry. */
export const GROUPINGS = [
  "java",
  "python",
  "node",
  "go",
  "dotnet",
  "ruby",
  "php",
  "rust",
  "indent",
  "json",
] as const;
