import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { EntryPlace } from "../protocol/engine.ts";
import type { EngineHost } from "./engine-host.ts";
import { editFile } from "./text-edits.ts";

/** Settings that something can be written to. */
export interface SettingsHome {
  readonly label: string;
  readonly description: string;
  readonly target: vscode.ConfigurationTarget;
  readonly scope?: vscode.Uri;
  /** Relative paths in them are taken from here. */
  readonly baseDir: string;
  /** Their file, as far as it is on this machine, and the keys above the settings. */
  readonly file?: { readonly uri: vscode.Uri; readonly within: readonly string[] };
}

/** The workspace's, and each folder's where it has several; the user's where nothing is open. */
export function settingsHomes(): readonly SettingsHome[] {
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
  const folders = workspaceFolders.filter(({ uri }) => uri.scheme === "file");
  const [first] = folders;
  const label = vscode.l10n.t("Workspace");
  if (workspaceFile?.scheme === "file") {
    const file = { uri: workspaceFile, within: ["settings"] };
    const baseDir = dirname(workspaceFile.fsPath);
    return [
      { label, description: workspaceFile.fsPath, target: Workspace, baseDir, file },
      ...folders.map((folder) => ({
        label: folder.name,
        description: folder.uri.fsPath,
        target: WorkspaceFolder,
        scope: folder.uri,
        ...inFolder(folder.uri),
      })),
    ];
  }
  if (first) return [{ label, description: first.uri.fsPath, target: Workspace, ...inFolder(first.uri) }];
  return [{ label: vscode.l10n.t("User"), description: "", target: Global, baseDir: homedir() }];
}

function inFolder(folder: vscode.Uri): Pick<SettingsHome, "baseDir" | "file"> {
  const uri = vscode.Uri.file(join(folder.fsPath, ".vscode", "settings.json"));
  return { baseDir: folder.fsPath, file: { uri, within: [] } };
}

/**
 * Adds an entry to one of our settings, and leaves all else in them as it is written.
 * @param option of an entry that is there: only this one is written, or taken away where the value is undefined
 * @throws UserError when the file has changes that are not saved
 */
export async function addEntry(
  engine: Pick<EngineHost, "call">,
  home: SettingsHome,
  key: string,
  id: string,
  value: unknown,
  option?: string,
): Promise<void> {
  if (home.file && (await addInText(engine, home.file, { key, id, value, option }))) return;
  const settings = vscode.workspace.getConfiguration("logMonitor", home.scope ?? null);
  const inspected = settings.inspect<Record<string, unknown>>(key);
  const present =
    home.target === vscode.ConfigurationTarget.Global
      ? inspected?.globalValue
      : home.target === vscode.ConfigurationTarget.Workspace
        ? inspected?.workspaceValue
        : inspected?.workspaceFolderValue;
  const entry = option === undefined ? value : { ...(present?.[id] as object | undefined), [option]: value };
  await settings.update(key, { ...present, [id]: entry }, home.target);
}

/** The editor's own way writes the whole setting anew, without its comments. */
async function addInText(
  engine: Pick<EngineHost, "call">,
  { uri, within }: NonNullable<SettingsHome["file"]>,
  entry: Pick<EntryPlace, "key" | "id" | "value" | "option">,
): Promise<boolean> {
  const edits = await editFile(uri, (text) => engine.call("entryEdits", { text, within, ...entry }));
  return edits !== undefined;
}
