import * as vscode from "vscode";
import { readSave } from "./dashboard-messages.ts";

/**
 * Where the last file went, so that the next is offered a place beside it, is VS Code's own memory.
 * @param body see readSave
 */
export async function saveFile(body: unknown): Promise<boolean> {
  const request = readSave(body);
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const name = `${request.name}.${request.kind}`;
  const picture = request.kind === "png";
  const target = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, name) }),
    filters: picture ? { [vscode.l10n.t("Pictures")]: ["png"] } : { [vscode.l10n.t("Tables")]: ["csv"] },
    title: picture ? vscode.l10n.t("Save Picture") : vscode.l10n.t("Save Numbers"),
  });
  if (!target) return false;
  await vscode.workspace.fs.writeFile(
    target,
    picture ? request.bytes : new TextEncoder().encode(request.text),
  );
  return true;
}
