import * as vscode from "vscode";
import type { SaveRequest } from "../protocol/webview.ts";

/** Where the last file went, so that the next is offered a place beside it, is VS Code's own memory. */
export async function saveFile(request: SaveRequest): Promise<boolean> {
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
