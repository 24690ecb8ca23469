import { stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import * as vscode from "vscode";
import { newestMatch, newestOf } from "../lib/newest-match.ts";
import { localFolders } from "./folders.ts";
import { settingsPath } from "./new-source.ts";

/** Files of a pattern that are looked at. */
const MOST = 500;

/**
 * The file that a path means: itself where it is one, or of what a glob finds, in the workspace or elsewhere, the one
 * that was changed last. Undefined where there is none yet.
 */
export async function newestFile(path: string): Promise<string | undefined> {
  const [first] = localFolders();
  const file = isAbsolute(path) ? path : join(first?.uri.fsPath ?? "", path);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile()) return file;
  const home = isAbsolute(path) ? vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) : first;
  if (!home) {
    const searched = isAbsolute(path) && vscode.workspace.isTrusted;
    return searched ? newestMatch(path) : undefined;
  }
  const pattern = new vscode.RelativePattern(home, settingsPath(path, home.uri.fsPath));
  const files = await vscode.workspace.findFiles(pattern, null, MOST);
  return newestOf(files.map(({ fsPath }) => fsPath));
}
