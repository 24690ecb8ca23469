import { stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { EngineHost } from "./engine-host.ts";
import {
  literalGlob,
  type NewSource,
  PARSERS,
  type ParserName,
  settingsPath,
  sourceId,
} from "./new-source.ts";
import { pickFile } from "./pick-file.ts";

/** How long, in ms, the list of parsers waits for what `auto` sees. */
const DETECT_WITHIN = 2000;

/** What is known already: the rest is asked for. */
export interface AddLogRequest {
  readonly path?: string | undefined;
  readonly parser?: ParserName | undefined;
  readonly from?: "start" | "end" | undefined;
}

/**
 * From nothing to live lines: file, parser, where to begin; then the source is in the settings, as if it
 * had been written there by hand. Answers the new source's id, or undefined when the user stopped.
 */
export async function addLog(request: AddLogRequest, engine: EngineHost): Promise<string | undefined> {
  const title = vscode.l10n.t("Add Log");
  const path = request.path ?? (await pickFile(`${title} (1/3)`));
  if (!path) return undefined;
  const parser = request.parser ?? (await pickParser(`${title} (2/3)`, path, engine));
  if (!parser) return undefined;
  const from = request.from ?? (await pickStart(`${title} (3/3)`));
  if (!from) return undefined;
  return writeSource(path, (paths) => ({ type: "file", paths, parser, from }));
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

async function pickParser(title: string, path: string, engine: EngineHost): Promise<ParserName | undefined> {
  const items = async () => {
    const late = new AbortController();
    // The choice is not held up by an engine that takes its time to start.
    const patience = delay(DETECT_WITHIN, undefined, { signal: late.signal }).catch(() => undefined);
    const seen = await Promise.race([detected(path, engine), patience]);
    late.abort();
    const details: Record<ParserName, string> = {
      auto: seen ?? vscode.l10n.t("decides from the first lines"),
      nginx: vscode.l10n.t("nginx access log with scheme and two times; other formats as an option"),
      combined: vscode.l10n.t("Apache and nginx combined access log"),
      common: vscode.l10n.t("common access log"),
      json: vscode.l10n.t("one JSON object a line"),
      logfmt: vscode.l10n.t("key=value pairs"),
      syslog: vscode.l10n.t("syslog of RFC 3164 and RFC 5424, and /var/log/syslog"),
      plain: vscode.l10n.t("the line as it is"),
    };
    return PARSERS.map((label) => ({ label, description: details[label] }));
  };
  const placeHolder = vscode.l10n.t(
    "How are the lines of {0} written?",
    vscode.workspace.asRelativePath(path),
  );
  return (await vscode.window.showQuickPick(items(), { title, placeHolder }))?.label;
}

/** What `auto` sees in a file that is there; undefined when there is nothing to say. */
async function detected(path: string, engine: EngineHost): Promise<string | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const file = isAbsolute(path) ? path : join(folder?.uri.fsPath ?? "", path);
  const inside = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) !== undefined;
  // Restricted Mode reads nothing outside the workspace.
  if (!vscode.workspace.isTrusted && !inside) return undefined;
  try {
    const { parser, lines } = await engine.call("detect", { path: file });
    const name = /\((.+)\)/.exec(parser)?.[1];
    return name && vscode.l10n.t("sees {0} in the first {1} lines", name, lines);
  } catch {
    // A glob, a file that is not there yet, one that can't be read: the source itself will say so.
    return undefined;
  }
}

async function pickStart(title: string): Promise<"start" | "end" | undefined> {
  const chosen = await vscode.window.showQuickPick(
    [
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
    ],
    { title },
  );
  return chosen?.from;
}
