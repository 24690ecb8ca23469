import * as vscode from "vscode";

/** The open folders that are on this machine: those of another file system hold nothing that could be followed. */
export function localFolders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
}

/** Where the .code-workspace is that is open, as far as it is on this machine, and saved. */
export function workspaceFilePath(): string | undefined {
  const { workspaceFile } = vscode.workspace;
  return workspaceFile?.scheme === "file" ? workspaceFile.fsPath : undefined;
}

/** Whether all that is open is on another file system. */
export function isVirtual(): boolean {
  const open = vscode.workspace.workspaceFolders?.length ?? 0;
  return open > 0 && localFolders().length === 0 && workspaceFilePath() === undefined;
}
