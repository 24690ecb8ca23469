import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, isAbsolute, join } from "node:path";
import type { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import { createDisposables } from "../lib/disposables.ts";
import type { EngineHost } from "./engine-host.ts";
import { localFolders } from "./folders.ts";
import { mayRead } from "./line-place.ts";
import { engineId, literalGlob, type NewSource, settingsPath, sourceId } from "./new-source.ts";
import { newestFile } from "./newest-file.ts";
import { pickFile, watchedPaths } from "./pick-file.ts";
import { type Answer, BACK, choose, type Place } from "./quick-steps.ts";
import { present, type SettingsTools, writeEntry } from "./settings-entry.ts";
import { type SettingsHome, settingsHomes, userHome } from "./settings-home.ts";
import { createSampled } from "./try-sample.ts";
import { askReading, type Reading } from "./try-step.ts";
import { createTrialThread } from "./try-thread.ts";

/** What is known already: the rest is asked for. */
export interface AddLogRequest extends Partial<Reading> {
  readonly path?: string | undefined;
  readonly from?: "start" | "end" | undefined;
}

/** A log up to so many bytes is read whole without a question, where no sink would be sent what is old in it. */
const SMALL = 16 << 20;

interface Tools extends SettingsTools {
  readonly engine: Pick<EngineHost, "call" | "snapshot">;
  /** Starts the thread that parsers are tried on. */
  readonly spawn: () => Worker;
}

/**
 * From nothing to live lines: file, parser, and where to begin if that matters; then the source is in the settings,
 * as if it had been written there by hand. Answers the new source's id, or undefined when the user stopped.
 */
export async function addLog(request: AddLogRequest, tools: Tools): Promise<string | undefined> {
  const { engine, spawn } = tools;
  const title = vscode.l10n.t("Add Log");
  let { path, from } = request;
  let reading: Reading | undefined =
    request.parser === undefined ? undefined : { parser: request.parser, multiline: request.multiline };
  for (;;) {
    path ??= await pickFile(title, watchedPaths(engine));
    if (path === undefined) return undefined;
    from ??= delivers(engine) || !(await isSmall(path)) ? undefined : "start";
    const totalSteps = from === undefined ? 3 : 2;
    const place = (step: number): Place => ({ title, step, totalSteps });
    if (!reading) {
      const answer = await askParser(place(2), path, spawn);
      if (answer === undefined) return undefined;
      if (answer === BACK) {
        path = undefined;
        ({ from } = request);
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
    return writeSource(path, (paths) => ({ type: "file", paths, parser, ...lines, from: start }), tools);
  }
}

/** Whether lines go anywhere but into the embedded store. */
function delivers({ snapshot }: Tools["engine"]): boolean {
  const configured = vscode.workspace.getConfiguration("logMonitor").get<object>("sinks") ?? {};
  return (
    Object.keys(configured).length > 0 || (snapshot?.sinks.some(({ type }) => type !== "store") ?? false)
  );
}

/** Whether a path is that of one file of few bytes: a pattern may find more than is there now. */
async function isSmall(path: string): Promise<boolean> {
  const [first] = localFolders();
  const file = isAbsolute(path) ? path : join(first?.uri.fsPath ?? "", path);
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() === true && found.size <= SMALL;
}

/**
 * Adds a source for a path or glob to the settings of the folder it lies in, unless one watches just that
 * already. A path of an existing file means that file, whatever glob characters its name has. Answers what the
 * engine calls the source.
 */
export async function writeSource(
  path: string,
  make: (paths: readonly string[]) => NewSource,
  tools: SettingsTools,
): Promise<string> {
  const { folder, home } = destination(path);
  const pattern = settingsPath(path, folder);
  const file = isAbsolute(path) ? path : join(folder ?? "", path);
  const exists = await stat(file).then(
    () => true,
    () => false,
  );
  const paths = [exists ? literalGlob(pattern) : pattern];
  for (const [id, source] of Object.entries(present(home, "sources") ?? {})) {
    const own = (source as Partial<NewSource>).paths;
    if (own?.length === 1 && own[0] === paths[0]) return engineId(home, id);
  }
  const settings = vscode.workspace.getConfiguration("logMonitor", home.scope ?? null);
  const id = sourceId(path, new Set(Object.keys(settings.get("sources") ?? {})));
  await writeEntry(tools, home, "sources", id, make(paths));
  return engineId(home, id);
}

function destination(path: string): { readonly folder: string | undefined; readonly home: SettingsHome } {
  const { WorkspaceFolder } = vscode.ConfigurationTarget;
  const homes = settingsHomes();
  const [first] = localFolders();
  if (!first) {
    if (!isAbsolute(path)) {
      throw new UserError(
        vscode.l10n.t("Open a folder first, or give the full path: {0} has no folder.", path),
      );
    }
    return { folder: undefined, home: userHome() };
  }
  const inside = isAbsolute(path) ? vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) : first;
  const own = homes.find(
    ({ target, scope }) => target === WorkspaceFolder && scope?.toString() === inside?.uri.toString(),
  );
  const folder = vscode.workspace.workspaceFile ? inside?.uri.fsPath : first.uri.fsPath;
  return { folder, home: own ?? homes[0] ?? userHome() };
}

/** Parsers are tried on what is there of the log; where nothing is, they are told of all the same. */
async function askParser(place: Place, path: string, spawn: () => Worker): Promise<Answer<Reading>> {
  const own = createDisposables();
  const file = (await newestFile(path)) ?? path;
  const folders = localFolders().map(({ uri }) => uri.fsPath);
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
