import * as vscode from "vscode";

/** How long (ms) a save that VS Code has begun may take. */
const SAVING = 10_000;

/** Whether a document is as the file is, after saving it where it was edited. */
export async function saved(document: vscode.TextDocument): Promise<boolean> {
  let heard: vscode.Disposable | undefined;
  let timer: NodeJS.Timeout | undefined;
  const byItself = new Promise<void>((resolve) => {
    heard = vscode.workspace.onDidSaveTextDocument((one) => {
      if (one === document) resolve();
    });
    timer = setTimeout(resolve, SAVING);
  });
  try {
    if (!document.isDirty || (await document.save())) return true;
    // While VS Code saves by itself, as it does soon after an edit, it refuses another save.
    await byItself;
    return !document.isDirty;
  } finally {
    heard?.dispose();
    clearTimeout(timer);
  }
}
