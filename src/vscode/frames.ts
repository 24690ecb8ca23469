import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import { expand } from "../config/variables.ts";
import { UserError } from "../errors.ts";
import type { CodeLink } from "../lib/frames.ts";
import { localFolders } from "./folders.ts";
import {
  likest,
  mappedPaths,
  nameOf,
  namePattern,
  type PathMappings,
  pathInside,
  pathsBelow,
} from "./frame-paths.ts";

/** Files of one name that are looked at. */
const MOST_FOUND = 500;
/** Places of one record that are tried when none was chosen. */
const MOST_TRIED = 20;

/**
 * Opens the first of the places in code that is a file of the workspace or of a mapped root; nothing else is ever
 * opened. Where several files fit equally well, or only by their name, the user chooses.
 * @throws UserError when there is none
 */
export async function openFrame(links: readonly CodeLink[], viewColumn: vscode.ViewColumn): Promise<void> {
  if (links.length === 0) throw new UserError(vscode.l10n.t("This line names no place in code."));
  let unsure: { readonly link: CodeLink; readonly files: readonly string[] } | undefined;
  for (const link of distinct(links).slice(0, MOST_TRIED)) {
    const { files, sure } = await filesOf(link);
    const [file] = files;
    if (sure && file !== undefined) return show(file, link, viewColumn);
    if (files.length > 0) unsure ??= { link, files };
  }
  if (!unsure)
    throw new UserError(
      vscode.l10n.t(
        "{0} is no file of this workspace. If the program ran elsewhere, say in the setting {1} where its folder is here.",
        links[0]?.path ?? "",
        "logMonitor.pathMappings",
      ),
    );
  const file = await choose(unsure.link, unsure.files);
  if (file !== undefined) await show(file, unsure.link, viewColumn);
}

function distinct(links: readonly CodeLink[]): readonly CodeLink[] {
  return [...new Map(links.map((link) => [`${link.path}:${link.line}`, link])).values()];
}

async function filesOf({ path, suffix }: CodeLink): Promise<ReturnType<typeof likest>> {
  const folders = localFolders().map(({ uri }) => uri.fsPath);
  if (!suffix) {
    const inside = pathInside(path, folders);
    const sure = [...mappedPaths(path, mappings()), ...(inside === undefined ? [] : [inside])];
    for (const file of sure) if (await isFile(file)) return { files: [file], sure: true };
  }
  const below = await filter(pathsBelow(path, folders), isFile);
  if (below.length > 0) return { files: below, sure: below.length === 1 };
  const found = await vscode.workspace.findFiles(namePattern(path), undefined, MOST_FOUND);
  const files = found.filter(({ scheme }) => scheme === "file").map(({ fsPath }) => fsPath);
  return likest(
    path,
    // The search follows symlinks.
    files.filter((file) => nameOf(file) === nameOf(path) && pathInside(file, folders) !== undefined),
  );
}

/** Where folders of other machines are here, variables replaced; what is refused is none. */
function mappings(): PathMappings {
  const given: unknown = vscode.workspace.getConfiguration("logMonitor").get("pathMappings");
  const folders = localFolders().map(({ name, uri }) => ({ name, path: uri.fsPath }));
  const { value } = expand(given ?? {}, folders, process.env);
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, local]) => typeof local === "string"));
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

async function filter<T>(all: readonly T[], fits: (one: T) => Promise<boolean>): Promise<T[]> {
  const fitting = await Promise.all(all.map(fits));
  return all.filter((_, i) => fitting[i]);
}

async function choose(link: CodeLink, files: readonly string[]): Promise<string | undefined> {
  const title = vscode.l10n.t(
    "Which file is {0}?",
    `${link.path}${link.line === undefined ? "" : `:${link.line}`}`,
  );
  const items = files.map((file) => ({
    label: vscode.workspace.asRelativePath(file),
    description: nameOf(file),
    file,
  }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.file;
}

async function show(file: string, { line, column = 1, name }: CodeLink, viewColumn: vscode.ViewColumn) {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const at =
    line === undefined
      ? placeOfName(document, name ?? "")
      : new vscode.Position(line - 1, Math.max(0, column - 1));
  const selection = new vscode.Range(at, at);
  await vscode.window.showTextDocument(document, { selection, viewColumn, preview: true });
}

/** Where a method seems to be declared: followed by a parenthesis, after something that is no dot. */
function placeOfName(document: vscode.TextDocument, name: string): vscode.Position {
  if (!/^\w+$/.test(name)) return new vscode.Position(0, 0);
  const found = new RegExp(`[\\w>\\]?][ \\t]+${name}(?=[ \\t]{0,8}[(<])`).exec(document.getText());
  return document.positionAt(found ? found.index + found[0].length - name.length : 0);
}
