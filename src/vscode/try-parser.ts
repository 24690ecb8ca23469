import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import { createDisposables } from "../lib/disposables.ts";
import type { ConfigInput } from "../protocol/engine.ts";
import { addLog } from "./add-log.ts";
import type { EngineHost } from "./engine-host.ts";
import { localFolders } from "./folders.ts";
import { mayRead } from "./line-place.ts";
import { newestFile } from "./newest-file.ts";
import { pickFile, watchedPaths } from "./pick-file.ts";
import type { Surroundings } from "./places.ts";
import { BACK, choose } from "./quick-steps.ts";
import { stateName } from "./rows.ts";
import { type SourceSettings, sourceSettings, type Undo } from "./source-settings.ts";
import { texts } from "./texts.ts";
import { createSampled } from "./try-sample.ts";
import { askReading, type Reading } from "./try-step.ts";
import { createTrialThread } from "./try-thread.ts";

/** What parsers are tried with. */
export interface Tools {
  readonly engine: EngineHost;
  readonly settings: () => ConfigInput;
  readonly around: () => Surroundings;
  /** Starts the thread that they are tried on. */
  readonly spawn: () => Worker;
}

interface Tried {
  readonly source?: string | undefined;
  readonly path?: string | undefined;
}

/**
 * Tries parsers on the last lines of a log, and writes the one that is chosen into the settings of its source; a log
 * that is not watched yet is added with it. Answers the source's id, or undefined when the user stopped.
 */
export async function tryParser(asked: Tried, tools: Tools): Promise<string | undefined> {
  const title = vscode.l10n.t("Try Parser");
  const given = asked.source !== undefined || asked.path !== undefined;
  for (;;) {
    const tried = given ? asked : await pickLog(title, tools.engine);
    if (!tried) return undefined;
    const { source = sourceReading(tried.path, tools.engine) } = tried;
    const named = isStream(tried.path, tools.engine) ? undefined : tried.path;
    const file = named ?? (source === undefined ? undefined : newestOf(source, tools.engine));
    if (file === undefined)
      throw new UserError(vscode.l10n.t("{0} has no file to try a parser on.", source ?? ""));
    refuseOutside(file);
    const written = source === undefined ? undefined : await sourceSettings(source, tools.settings(), tools);
    const place = { title, step: given ? 1 : 2, totalSteps: given ? undefined : 2 };
    const name = source ?? vscode.workspace.asRelativePath(file);
    const reading = await tryOn(place, { name, file, written }, tools.spawn);
    if (reading === undefined || (reading === BACK && given)) return undefined;
    if (reading === BACK) continue;
    if (source === undefined) return addLog({ path: file, ...reading }, tools);
    if (written) await accept(source, written, reading);
    return source;
  }
}

/** One question, with a thread and a preview of its own. */
async function tryOn(
  place: Parameters<typeof askReading>[0],
  log: { readonly name: string; readonly file: string; readonly written: SourceSettings | undefined },
  spawn: () => Worker,
): ReturnType<typeof askReading> {
  const { name, file, written } = log;
  const own = createDisposables();
  const { parser = "auto", multiline, ...source } = written?.values ?? {};
  const trials = own.add(createTrialThread(spawn));
  const sampled = own.add(createSampled(basename(file), { file, source }, trials));
  try {
    const now = written ? { parser, multiline } : { multiline };
    return await askReading(place, { name, ...now }, sampled);
  } finally {
    own.dispose();
  }
}

/** Writes what is another than before, and offers to take it back. */
async function accept(source: string, written: SourceSettings, reading: Reading): Promise<void> {
  const { l10n } = vscode;
  const { values, place } = written;
  const before = { parser: values.parser, multiline: values.multiline };
  const changed = (["parser", "multiline"] as const).filter(
    (option) =>
      !isDeepStrictEqual(reading[option], before[option] ?? (option === "parser" ? "auto" : undefined)),
  );
  if (changed.length === 0) return;
  const undos: Undo[] = [];
  for (const option of changed) {
    const back = await written.write?.(option, reading[option]);
    if (back) {
      undos.unshift(back);
      continue;
    }
    for (const one of undos) await one();
    const part = Object.fromEntries(changed.map((name) => [name, reading[name]]));
    await vscode.env.clipboard.writeText(JSON.stringify(part, undefined, 2));
    await vscode.commands.executeCommand("logMonitor.openConfiguration", { source });
    void vscode.window.showInformationMessage(
      l10n.t("{0} can't be written to in {1}: what was chosen is in the clipboard.", source, place),
    );
    return;
  }
  const undo = l10n.t("Undo");
  const name = nameOf(reading.parser);
  // Not awaited: it is written, whether or not the message is closed.
  vscode.window
    .showInformationMessage(l10n.t("{0} is read by {1} now.", source, name), undo)
    .then(async (answer) => {
      if (answer !== undo) return;
      for (const one of undos) await one();
    })
    .then(undefined, (error: Error) => void vscode.window.showErrorMessage(`Log Monitor: ${error.message}`));
}

function nameOf(parser: unknown): string {
  return typeof parser === "string" ? parser : String((parser as { readonly type?: unknown }).type);
}

/** One of the sources that have files, or any file. */
async function pickLog(title: string, engine: EngineHost): Promise<Tried | undefined> {
  const sources = (engine.snapshot?.sources ?? []).filter(({ files }) => files.some(({ stream }) => !stream));
  const other = {
    label: vscode.l10n.t("Another file…"),
    iconPath: new vscode.ThemeIcon("folder-opened"),
    alwaysShow: true,
  };
  const items = sources.map(({ id, state, parser }) => ({
    label: id,
    description: `${stateName(state, texts)} · ${parser}`,
    source: id,
  }));
  if (items.length > 0) {
    const place = { title, step: 1, totalSteps: 2 };
    const chosen = await choose<vscode.QuickPickItem & Tried>(
      place,
      vscode.l10n.t("Whose lines are to be tried?"),
      [...items, other],
    );
    if (chosen === undefined || chosen === BACK) return undefined;
    if (chosen.source !== undefined) return chosen;
  }
  const typed = await pickFile(title, watchedPaths(engine));
  if (typed === undefined) return undefined;
  const path = await newestFile(typed);
  if (path === undefined) throw new UserError(vscode.l10n.t("No file is there yet."));
  return { path };
}

function sourceReading(path: string | undefined, engine: EngineHost): string | undefined {
  const sources = engine.snapshot?.sources ?? [];
  return sources.find(({ files }) => files.some((file) => !file.stream && file.path === path))?.id;
}

/** Rows of partitions, commands and senders have names that are no paths. */
function isStream(path: string | undefined, engine: EngineHost): boolean {
  const files = (engine.snapshot?.sources ?? []).flatMap((source) => source.files);
  return files.some((file) => file.stream === true && file.path === path);
}

/** The file of a source that was written to last. */
function newestOf(source: string, engine: EngineHost): string | undefined {
  const found = engine.snapshot?.sources.find(({ id }) => id === source);
  const files = (found?.files ?? []).filter(({ stream }) => !stream);
  const [newest] = [...files].sort((a, b) => (b.lastRead ?? 0) - (a.lastRead ?? 0));
  return newest?.path;
}

/** @throws UserError in Restricted Mode for a file outside the workspace */
function refuseOutside(file: string): void {
  const folders = localFolders().map(({ uri }) => uri.fsPath);
  if (!mayRead(file, vscode.workspace.isTrusted, folders))
    throw new UserError(vscode.l10n.t("In Restricted Mode only files of the workspace are read: {0}", file));
}
