import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { TextEdit } from "../protocol/edits.ts";
import { saved } from "./saved.ts";

/**
 * Changes a file through the editor, which keeps it as it is written otherwise, and saves it.
 * @param editsOf what is to be changed in a text; undefined: it can't be
 * @returns what was changed; undefined where that can't be, or there is no such file
 * @throws UserError when the file has changes that are not saved, or can't be written
 */
export async function editFile(
  uri: vscode.Uri,
  editsOf: (text: string) => Promise<readonly TextEdit[] | undefined>,
): Promise<readonly TextEdit[] | undefined> {
  const exists = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.isDirty) {
    throw new UserError(vscode.l10n.t("{0} has changes that are not saved: save it first.", uri.fsPath));
  }
  const text = document.getText();
  const edits = await editsOf(text);
  if (!edits || edits.length === 0) return edits;
  const edit = new vscode.WorkspaceEdit();
  // It may have been written to while the engine looked.
  if (document.getText() !== text) throw new UserError(vscode.l10n.t("{0} could not be changed", uri.fsPath));
  for (const { offset, length, content } of edits) {
    const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
    edit.replace(uri, range, content);
  }
  if (!(await vscode.workspace.applyEdit(edit)) || !(await saved(document))) {
    throw new UserError(vscode.l10n.t("{0} could not be changed", uri.fsPath));
  }
  return edits;
}
