import * as vscode from "vscode";

/** The open folders that are on this machine: those of another file system hold nothing that could be followed. */
export function localFolders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
}
