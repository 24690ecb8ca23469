import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { locateInSettings } from "../config/locate.ts";
import { expand } from "../config/variables.ts";
import type { ConfigInput, ConfigIssue, Layer } from "../protocol/engine.ts";
import { locateInFile } from "./locate-in-file.ts";
import { fileOfIssue, type IssueFile, type Surroundings } from "./places.ts";

/** A stretch of a file; lines and columns count from 0, as the editor counts. */
export interface Spot {
  readonly file: string;
  readonly range: readonly [fromLine: number, fromColumn: number, toLine: number, toColumn: number];
}

type Path = readonly (string | number)[];

/**
 * Where a refused value stands. What is wrong with a configuration file that can't be read stands where the
 * settings name it. Undefined where it is in no file on this machine.
 */
export async function spotOfIssue(
  issue: ConfigIssue,
  input: ConfigInput,
  around: Surroundings,
): Promise<Spot | undefined> {
  const spot = await spotIn(fileOfIssue(issue, around), issue.path, issue);
  const naming = spot === undefined && issue.origin === "file" && layerWithFile(input);
  return naming ? spotInLayer(naming, ["configFile"], around) : spot;
}

/**
 * Where an item such as ["sources", "access"] is configured: in the configuration file when that has it, else in
 * the highest layer of settings that has it. Undefined where it is in no file on this machine.
 */
export async function spotOfItem(
  path: readonly string[],
  input: ConfigInput,
  around: Surroundings,
): Promise<Spot | undefined> {
  const file = configFile(input);
  const text = file && (await readFile(file, "utf8").catch(() => undefined));
  const line = text === undefined ? undefined : locateInFile(text, path);
  if (file && text && line !== undefined) return { file, range: lineRange(text, line, 0) };
  const layer = layersWith(path, input).at(-1);
  return layer && spotInLayer(layer, ownPath(path, layer), around);
}

/** The layers of settings that have an item, lowest first; of two folders of one name that have a source, the first. */
export function layersWith(path: readonly string[], { layers }: ConfigInput): readonly Layer[] {
  const having = layers.filter((layer) => mayHave(path, layer) && has(layer.values, ownPath(path, layer)));
  const read = having.find(({ folder }) => folder !== undefined);
  return having.filter((layer) => path[0] !== "sources" || layer.folder === undefined || layer === read);
}

/** What another folder, or all of them, have under the same id is not what the id of a folder's source means. */
function mayHave([kind, id]: readonly string[], { folder }: Layer): boolean {
  return kind !== "sources" || id === undefined || folder === undefined || id.startsWith(`${folder}/`);
}

/** The configuration file that is in force, with its variables replaced; it may not exist. */
export function configFile(input: ConfigInput): string | undefined {
  const layer = layerWithFile(input);
  if (!layer) return undefined;
  const { value } = expand(nameOf(layer.values), input.folders, process.env);
  return resolve(layer.baseDir, String(value));
}

function layerWithFile({ layers }: ConfigInput): Layer | undefined {
  return layers.findLast(({ values }) => nameOf(values));
}

function nameOf(values: unknown): string | undefined {
  const { configFile } = (values ?? {}) as { configFile?: unknown };
  return typeof configFile === "string" && configFile !== "" ? configFile : undefined;
}

/** A path as its layer has it: of several folders a source is called by its folder's name too, but not there. */
export function ownPath([kind = "", id, ...rest]: readonly string[], { folder }: Layer): readonly string[] {
  if (id === undefined) return [kind];
  const prefix = `${folder}/`;
  return [
    kind,
    kind === "sources" && folder !== undefined && id.startsWith(prefix) ? id.slice(prefix.length) : id,
    ...rest,
  ];
}

function has(values: unknown, path: readonly string[]): boolean {
  let at = values;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as Record<string, unknown>)[key];
  }
  return at !== undefined;
}

function spotInLayer(layer: Layer, path: Path, around: Surroundings): Promise<Spot | undefined> {
  const { origin, folder, baseDir } = layer;
  const at = {
    severity: "error",
    message: "",
    path,
    origin,
    ...(folder !== undefined && { folder, baseDir }),
  } as const;
  return spotIn(fileOfIssue(at, around), path);
}

async function spotIn(
  file: IssueFile | undefined,
  path: Path,
  { line = 1, column = 1 }: { readonly line?: number; readonly column?: number } = {},
): Promise<Spot | undefined> {
  const text = file && (await readFile(file.path, "utf8").catch(() => undefined));
  if (!file || text === undefined) return undefined;
  if (!file.within) return { file: file.path, range: lineRange(text, Math.max(0, line - 1), column - 1) };
  const { start, end } = locateInSettings(text, path, file.within);
  return { file: file.path, range: [start.line - 1, start.column - 1, end.line - 1, end.column - 1] };
}

function lineRange(text: string, line: number, column: number): Spot["range"] {
  const whole = text.split(/\r?\n/)[line] ?? "";
  const end = whole.trimEnd().length;
  const indent = whole.length - whole.trimStart().length;
  return [line, Math.min(Math.max(column, indent), end), line, end];
}
