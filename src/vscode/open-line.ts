import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";

/** How long (ms) the editor may take to have a line that was just written. */
const PATIENCE = 3_000;
/** After how long (ms) it is looked again. */
const AGAIN = 100;

/**
 * Opens a file at a line, counted from 1, that may just have been written. A document that is open already hears of
 * that a while later, and one that the editor is reading anew may hold less for a moment than it did before: there the
 * cursor would stand at another line, for good.
 */
export async function openLine(file: string, line: number, viewColumn: vscode.ViewColumn): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const isActive = (): boolean => vscode.window.activeTextEditor?.document === document;
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const { range } = document.lineAt(Math.min(line, document.lineCount) - 1);
    const editor = await vscode.window.showTextDocument(document, {
      selection: range,
      viewColumn,
      preview: true,
    });
    if (editor.selection.active.line === line - 1 && hasLine(document, line)) return;
    // What is read anew is the editor that is active by then: never another one, which may not be saved.
    if (document.isDirty || !isActive() || Date.now() > deadline) return;
    if (!hasLine(document, line)) await vscode.commands.executeCommand("workbench.action.files.revert");
    await delay(AGAIN);
    if (!isActive()) return;
  }
}

/** The last line may be one that is empty because the next has not come yet. */
function hasLine({ lineCount, lineAt }: vscode.TextDocument, line: number): boolean {
  return lineCount > line || (lineCount === line && !lineAt(line - 1).isEmptyOrWhitespace);
}
