import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";

/** Lines beyond those in sight that have their numbers already. */
const AROUND = 100;

/**
 * Numbers of lines before the lines of documents that begin in the middle of a file: the editor would count them
 * from 1. Only what is in sight has them.
 * @param firstOf the number of a document's first line
 */
export function createLineNumbers(
  scheme: string,
  firstOf: (document: vscode.TextDocument) => number | undefined,
): Disposable & { draw(): void } {
  const own = createDisposables();
  const type = own.add(
    vscode.window.createTextEditorDecorationType({
      before: { color: new vscode.ThemeColor("editorLineNumber.foreground"), margin: "0 1.5em 0 0" },
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    }),
  );

  const drawOne = (editor: vscode.TextEditor): void => {
    const { document, visibleRanges } = editor;
    const first = document.uri.scheme === scheme ? firstOf(document) : undefined;
    if (first === undefined) return;
    if (editor.options.lineNumbers !== vscode.TextEditorLineNumbersStyle.Off)
      editor.options = { ...editor.options, lineNumbers: vscode.TextEditorLineNumbersStyle.Off };
    const width = String(first + document.lineCount).length;
    const marks: vscode.DecorationOptions[] = [];
    for (const { start, end } of visibleRanges) {
      const last = Math.min(document.lineCount - 1, end.line + AROUND);
      for (let line = Math.max(0, start.line - AROUND); line <= last; line++) {
        // Spaces that are not put together keep the numbers below each other.
        const contentText = String(first + line).padStart(width, "\u00a0");
        marks.push({ range: new vscode.Range(line, 0, line, 0), renderOptions: { before: { contentText } } });
      }
    }
    editor.setDecorations(type, marks);
  };
  const draw = (): void => vscode.window.visibleTextEditors.forEach(drawOne);

  own.add(vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => drawOne(textEditor)));
  own.add(vscode.window.onDidChangeVisibleTextEditors(draw));
  return { draw, dispose: () => own.dispose() };
}
