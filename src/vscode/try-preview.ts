import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { TrialPreview } from "../protocol/trial.ts";

const SCHEME = "log-monitor-trial";
/** For it alone the manifest has the editor put no box around signs like ‹202E›, which stand for what is hidden. */
const LANGUAGE = "log-monitor-trial";
/** Heights (px) of a row of a quick pick, and of a line of text for a font size in VS Code on Linux and Windows. */
const ROW = 22;
const LINE = 1.35;

/** A read-only editor below the quick input, with what becomes of a log. It goes when this is disposed. */
export interface TrialView extends Disposable {
  /** @param rows of the quick input, which covers as much of the editor: the text begins below it */
  show(preview: TrialPreview, rows: number): Promise<void>;
}

/** There is one at a time: a question that was left open, as by a click beside it, gives way to the next. */
let current: TrialView | undefined;

export function createTrialView(title: string): TrialView {
  current?.dispose();
  const own = createDisposables();
  const path = `/${title.replaceAll("/", "-")}`;
  // The editor remembers for a while what it showed under an address.
  const uri = vscode.Uri.from({ scheme: SCHEME, path, query: randomUUID() });
  const decoration = (options: vscode.DecorationRenderOptions) =>
    own.add(vscode.window.createTextEditorDecorationType({ isWholeLine: true, ...options }));
  const color = (id: string) => new vscode.ThemeColor(id);
  const bold = decoration({ fontWeight: "bold" });
  const head = decoration({ color: color("descriptionForeground"), fontStyle: "italic" });
  const reason = decoration({ color: color("errorForeground") });
  let shown: TrialPreview = { text: "", titles: [], heads: [], reasons: [] };
  let above = 0;
  const text = (): string => "\n".repeat(above) + shown.text;
  let opening: Promise<vscode.TextEditor> | undefined;

  const files = own.add(createOneFile(text));
  own.add(
    vscode.workspace.registerFileSystemProvider(SCHEME, files, { isReadonly: true, isCaseSensitive: true }),
  );
  const paint = (): void => {
    const editor = vscode.window.visibleTextEditors.find(
      ({ document }) => document.uri.toString() === uri.toString(),
    );
    // Another text is on its way.
    if (editor?.document.getText() !== text()) return;
    const at = (lines: readonly number[]) =>
      lines.map((line) => new vscode.Range(above + line, 0, above + line, 0));
    editor.setDecorations(bold, at(shown.titles));
    editor.setDecorations(head, at(shown.heads));
    editor.setDecorations(reason, at(shown.reasons));
  };
  own.add(
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.toString() === uri.toString()) paint();
    }),
  );

  const open = async (): Promise<vscode.TextEditor> => {
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
    const editor = await vscode.window.showTextDocument(document, { preserveFocus: true, preview: false });
    editor.options = { lineNumbers: vscode.TextEditorLineNumbersStyle.Off };
    return editor;
  };

  const view: TrialView = {
    async show(preview, rows) {
      shown = preview;
      above = Math.ceil((rows * ROW) / lineHeight());
      files.change(uri);
      opening ??= open();
      await opening;
      paint();
    },
    dispose() {
      own.dispose();
      // One that is still being opened would stay.
      void Promise.resolve(opening)
        .catch(() => undefined)
        .then(() => close(uri));
    },
  };
  current = view;
  return view;
}

/**
 * A file system that holds one text. Documents of a content provider are compared letter by letter with what they
 * were, which takes the editor a second where all is another; a file is read anew at once.
 */
function createOneFile(
  text: () => string,
): vscode.FileSystemProvider & Disposable & { change(uri: vscode.Uri): void } {
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const bytes = (): Uint8Array => Buffer.from(text());
  const refuse = (): never => {
    throw vscode.FileSystemError.NoPermissions();
  };
  let mtime = Date.now();
  return {
    onDidChangeFile: changed.event,
    change(uri) {
      mtime++;
      changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    },
    watch: () => new vscode.Disposable(() => undefined),
    stat: () => ({ type: vscode.FileType.File, ctime: 0, mtime, size: bytes().length }),
    readFile: bytes,
    readDirectory: () => [],
    createDirectory: refuse,
    writeFile: refuse,
    delete: refuse,
    rename: refuse,
    dispose: () => changed.dispose(),
  };
}

function close(uri: vscode.Uri): Thenable<unknown> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const ours = tabs.filter(
    ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString(),
  );
  return vscode.window.tabGroups.close(ours, true);
}

/** In px, as the editor works it out. */
function lineHeight(): number {
  const settings = vscode.workspace.getConfiguration("editor");
  const size = settings.get<number>("fontSize", 14);
  const told = settings.get<number>("lineHeight", 0);
  return told >= 8 ? told : Math.round((told > 0 ? told : LINE) * size);
}
