import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, isAbsolute, join } from "node:path";
import type { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import { createDisposables } from "../lib/disposables.ts";
import { mayRead } from "./line-place.ts";
import { literalGlob, type NewSource, settingsPath, sourceId } from "./new-source.ts";
import { newestFile } from "./newest-file.ts";
import { pickFile } from "./pick-file.ts";
import { type Answer, BACK, choose, type Place } from "./quick-steps.ts";
import { createSampled } from "./try-sample.ts";
import { askReading, type Reading } from "./try-step.ts";
import { createTrialThread } from "./try-thread.ts";

/** What is known already: the rest is asked for. */
export interface AddLogRequest extends Partial<Reading> {
  readonly path?: string | undefined;
  readonly from?: "start" | "end" | undefined;
}

/**
 * From nothing to live lines: file, parser, where to begin; then the source is in the settings, as if it
 * had been written there by hand. Answers the new source's id, or undefined when the user stopped.
 * @param spawn starts the thread that parsers are tried on
 */
export async function addLog(
  request: AddLogRequest,
  { spawn }: { readonly spawn: () => Worker },
): Promise<string | undefined> {
  const title = vscode.l10n.t("Add Log");
  const place = (step: number): Place => ({ title, step, totalSteps: 3 });
  let { path, from } = request;
  let reading: Reading | undefined =
    request.parser === undefined ? undefined : { parser: request.parser, multiline: request.multiline };
  for (;;) {
    path ??= await pickFile(`${title} (1/3)`);
    if (path === undefined) return undefined;
    if (!reading) {
      const answer = await askParser(place(2), path, spawn);
      if (answer === undefined) return undefined;
      if (answer === BACK) {
        path = undefined;
        continue;
      }
      reading = answer;
    }
    if (!from) {
      const answer = await askStart(place(3));
      if (answer === undefined) return undefined;
      if (answer === BACK) {
        reading = undefined;
        continue;
      }
      from = answer;
    }
    const { parser, multiline } = reading;
    const start = from;
    const lines = multiline === undefined ? {} : { multiline };
    return writeSource(path, (paths) => ({ type: "file", paths, parser, ...lines, from: start }));
  }
}

/**
 * Adds a source for a path or glob to the settings of the folder it lies in, unless one watches just that
 * already. A path of an existing file means that file, whatever glob characters its name has.
 */
export async function writeSource(
  path: string,
  make: (paths: readonly string[]) => NewSource,
): Promise<string> {
  const { folder, target, scope } = destination(path);
  const settings = vscode.workspace.getConfiguration("logMonitor", scope ?? null);
  const inspected = settings.inspect<Record<string, Partial<NewSource>>>("sources");
  const present =
    (target === vscode.ConfigurationTarget.Global
      ? inspected?.globalValue
      : target === vscode.ConfigurationTarget.Workspace
        ? inspected?.workspaceValue
        : inspected?.workspaceFolderValue) ?? {};
  const pattern = settingsPath(path, folder);
  const file = isAbsolute(path) ? path : join(folder ?? "", path);
  const exists = await stat(file).then(
    () => true,
    () => false,
  );
  const paths = [exists ? literalGlob(pattern) : pattern];
  for (const [id, source] of Object.entries(present)) {
    if (source.paths?.length === 1 && source.paths[0] === paths[0]) return id;
  }
  const id = sourceId(path, new Set(Object.keys(settings.get("sources") ?? {})));
  await settings.update("sources", { ...present, [id]: make(paths) }, target);
  return id;
}

function destination(path: string): {
  readonly folder: string | undefined;
  readonly target: vscode.ConfigurationTarget;
  readonly scope?: vscode.Uri;
} {
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const [first] = vscode.workspace.workspaceFolders ?? [];
  if (!first) {
    if (!isAbsolute(path)) {
      throw new UserError(
        vscode.l10n.t("Open a folder first, or give the full path: {0} has no folder.", path),
      );
    }
    return { folder: undefined, target: Global };
  }
  const home = isAbsolute(path) ? vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) : first;
  if (!vscode.workspace.workspaceFile) return { folder: first.uri.fsPath, target: Workspace };
  if (home) return { folder: home.uri.fsPath, target: WorkspaceFolder, scope: home.uri };
  return { folder: undefined, target: Workspace };
}

/** Parsers are tried on what is there of the log; where nothing is, they are told of all the same. */
async function askParser(place: Place, path: string, spawn: () => Worker): Promise<Answer<Reading>> {
  const own = createDisposables();
  const file = (await newestFile(path)) ?? path;
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const trials = own.add(createTrialThread(spawn));
  const sampled = own.add(createSampled(basename(file), { file, source: {} }, trials));
  const name = vscode.workspace.asRelativePath(path);
  // Restricted Mode reads nothing outside the workspace.
  const tried = mayRead(file, vscode.workspace.isTrusted, folders) && isAbsolute(file) && existsSync(file);
  try {
    return await askReading(place, { name }, tried ? sampled : undefined);
  } finally {
    own.dispose();
  }
}

async function askStart(place: Place): Promise<Answer<"start" | "end">> {
  const items = [
    {
      label: vscode.l10n.t("From the start"),
      description: vscode.l10n.t("what is in the file already, and what is added"),
      from: "start" as const,
    },
    {
      label: vscode.l10n.t("From the end"),
      description: vscode.l10n.t("only what is added from now on"),
      from: "end" as const,
    },
  ];
  const chosen = await choose(place, vscode.l10n.t("Which of its lines are read?"), items);
  return chosen === undefined || chosen === BACK ? chosen : chosen.from;
}
