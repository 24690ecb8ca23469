import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { isVirtual, localFolders, workspaceFilePath } from "./folders.ts";
import { writtenLayers } from "./layers.ts";

/** Settings that something can be written to. */
export interface SettingsHome {
  readonly label: string;
  readonly description: string;
  readonly target: vscode.ConfigurationTarget;
  readonly scope?: vscode.Uri;
  /** Relative paths in them are taken from here. */
  readonly baseDir: string;
  /** Their file, as far as it is on this machine, and the keys above the settings; not the user's. */
  readonly file?: SettingsFile;
}

/** A file of settings, and the keys above them. */
export interface SettingsFile {
  readonly uri: vscode.Uri;
  readonly within: readonly string[];
}

/** The settings that the engine is told of: see `writtenLayers`. */
export function settingsHomes(): readonly SettingsHome[] {
  return homesOf(isVirtual());
}

/** Those of what is open, also where the engine is not told of them: for what the editor's side alone knows. */
export function openHomes(): readonly SettingsHome[] {
  return homesOf(false);
}

function homesOf(virtual: boolean): readonly SettingsHome[] {
  const { Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const folders = localFolders();
  const open = { folders, multiRoot: vscode.workspace.workspaceFile !== undefined, virtual };
  return writtenLayers(open).map(({ origin, folder }) => {
    if (origin === "user") return userHome();
    if (folder) {
      const { name: label, uri: scope } = folder;
      return { label, description: scope.fsPath, target: WorkspaceFolder, scope, ...inFolder(scope) };
    }
    return { label: vscode.l10n.t("Workspace"), target: Workspace, ...inWorkspace(folders[0]) };
  });
}

export function userHome(): SettingsHome {
  const { Global } = vscode.ConfigurationTarget;
  return { label: vscode.l10n.t("User"), description: "", target: Global, baseDir: homedir() };
}

function inWorkspace(
  first: vscode.WorkspaceFolder | undefined,
): Pick<SettingsHome, "description" | "baseDir" | "file"> {
  const { workspaceFile } = vscode.workspace;
  if (!workspaceFile && first) return { description: first.uri.fsPath, ...inFolder(first.uri) };
  const path = workspaceFilePath();
  // One that was never saved is in no file that can be written to.
  if (!workspaceFile || path === undefined)
    return { description: "", baseDir: first?.uri.fsPath ?? homedir() };
  const file = { uri: workspaceFile, within: ["settings"] };
  return { description: path, baseDir: dirname(path), file };
}

function inFolder(folder: vscode.Uri): Pick<SettingsHome, "baseDir" | "file"> {
  const uri = vscode.Uri.file(join(folder.fsPath, ".vscode", "settings.json"));
  return { baseDir: folder.fsPath, file: { uri, within: [] } };
}
