import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { localFolders } from "./folders.ts";

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

/** The workspace's, and each folder's where it has several; the user's where nothing is open. */
export function settingsHomes(): readonly SettingsHome[] {
  const { Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const { workspaceFile } = vscode.workspace;
  const folders = localFolders();
  const [first] = folders;
  const label = vscode.l10n.t("Workspace");
  if (workspaceFile) {
    // One that was never saved is in no file that can be written to.
    const saved = workspaceFile.scheme === "file";
    const baseDir = saved ? dirname(workspaceFile.fsPath) : (first?.uri.fsPath ?? homedir());
    const file = saved && { file: { uri: workspaceFile, within: ["settings"] } };
    return [
      { label, description: saved ? workspaceFile.fsPath : "", target: Workspace, baseDir, ...file },
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
  return [userHome()];
}

export function userHome(): SettingsHome {
  const { Global } = vscode.ConfigurationTarget;
  return { label: vscode.l10n.t("User"), description: "", target: Global, baseDir: homedir() };
}

function inFolder(folder: vscode.Uri): Pick<SettingsHome, "baseDir" | "file"> {
  const uri = vscode.Uri.file(join(folder.fsPath, ".vscode", "settings.json"));
  return { baseDir: folder.fsPath, file: { uri, within: [] } };
}
