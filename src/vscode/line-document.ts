import { basename, dirname, posix } from "node:path";
import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { LinesAnswer } from "../lib/lines.ts";
import { localFolders } from "./folders.ts";
import { createLineNumbers } from "./line-numbers.ts";
import { type LinePlace, mayRead, placeIn } from "./line-place.ts";
import { createLineReader } from "./line-reader.ts";
import type { QueryThread } from "./log-view-thread.ts";

export const LINES_SCHEME = "log-monitor-lines";
/** Lines of one document, and how many of them two that follow one another have in common. */
const COUNT = 4_000;
const OVERLAP = 200;

/** Read-only documents with some thousand lines of files that the editor can't open: too large, or packed. */
export interface LineDocuments extends Disposable {
  /** Opens the lines around one that begins at a byte offset. */
  open(file: string, offset: number, viewColumn: vscode.ViewColumn): Promise<void>;
  /** Opens the lines before or behind those of a document, in its place. */
  move(editor: vscode.TextEditor | undefined, to: "earlier" | "later"): Promise<void>;
}

export function createLineDocuments(thread: QueryThread): LineDocuments {
  const own = createDisposables();
  const reader = own.add(createLineReader(thread));
  const numbers = own.add(createLineNumbers(LINES_SCHEME, ({ uri }) => reader.shown(uri.toString())?.first));

  own.add(
    vscode.workspace.registerTextDocumentContentProvider(LINES_SCHEME, {
      async provideTextDocumentContent(uri) {
        const had = reader.shown(uri.toString());
        if (had) return had.text;
        const place = placeOf(uri);
        refuseOutside(place.file);
        return reader.use(async (read) => {
          const lines = await read({ ...place, before: 0, count: COUNT });
          reader.show(uri.toString(), lines);
          numbers.draw();
          return lines.text;
        });
      },
    }),
  );
  own.add(
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      const closed = uri.toString();
      // It is also told when a document gets another language.
      if (vscode.workspace.textDocuments.some((one) => one.uri.toString() === closed)) return;
      reader.close(closed);
    }),
  );

  const show = async (
    file: string,
    lines: LinesAnswer,
    viewColumn: vscode.ViewColumn,
    at: number,
  ): Promise<void> => {
    if (lines.count === 0) throw new UserError(vscode.l10n.t("{0} has no lines there.", file));
    const uri = uriOf(file, lines);
    reader.show(uri.toString(), lines);
    const document = await vscode.workspace.openTextDocument(uri).then(undefined, (error) => {
      reader.close(uri.toString());
      throw error;
    });
    const selection = document.lineAt(Math.max(0, Math.min(at - lines.first, document.lineCount - 1))).range;
    await vscode.window.showTextDocument(document, { selection, viewColumn, preview: true });
    await vscode.languages.setTextDocumentLanguage(document, "log").then(undefined, () => undefined);
    numbers.draw();
  };

  return {
    async open(file, offset, viewColumn) {
      const title = vscode.l10n.t("Looking for the line in {0}…", basename(file));
      await reader.use(async (read) => {
        const lines = await vscode.window.withProgress(
          { location: vscode.ProgressLocation.Window, title },
          () => read({ file, offset, before: COUNT / 2, count: COUNT }),
        );
        await show(file, lines, viewColumn, lines.line);
      });
    },
    async move(editor, to) {
      const uri = editor?.document.uri;
      const now = uri && reader.shown(uri.toString());
      if (!editor || !uri || !now) return;
      if (to === "earlier" ? now.atStart : now.atEnd) {
        const text =
          to === "earlier" ? vscode.l10n.t("The file begins here.") : vscode.l10n.t("The file ends here.");
        vscode.window.setStatusBarMessage(text, 3_000);
        return;
      }
      const { file } = placeOf(uri);
      const { start, end, first, next } = now;
      const from =
        to === "earlier"
          ? { offset: start, line: first, stood: now.stood }
          : { offset: end, line: next, stood: now.stoodAtEnd };
      const before = to === "earlier" ? COUNT - OVERLAP : OVERLAP;
      await reader.use(async (read) => {
        const lines = await read({ file, ...from, before, count: COUNT });
        const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
        await show(file, lines, editor.viewColumn ?? vscode.ViewColumn.Active, from.line);
        if (tab && tab !== vscode.window.tabGroups.activeTabGroup.activeTab) {
          // A tab that was a preview has made room by itself.
          await vscode.window.tabGroups.close(tab).then(undefined, () => undefined);
        }
      });
    },
    dispose: () => own.dispose(),
  };
}

/** The title of the editor is the last part of the path. */
function uriOf(file: string, { first, count, start, stood }: LinesAnswer): vscode.Uri {
  const title = vscode.l10n.t("{0}, lines {1} to {2}", basename(file), first, first + count - 1);
  const path = posix.join("/", vscode.Uri.file(dirname(file)).path, title);
  const place: LinePlace = { file, offset: start, line: first, stood };
  return vscode.Uri.from({ scheme: LINES_SCHEME, path, query: JSON.stringify(place) });
}

/** @throws UserError for an address that is none of ours */
function placeOf({ query }: vscode.Uri): LinePlace {
  const place = placeIn(query);
  if (!place) throw new UserError(vscode.l10n.t("This address names no lines of a log."));
  return place;
}

/** Of what an address alone says. @throws UserError in Restricted Mode for a file outside the workspace */
function refuseOutside(file: string): void {
  const folders = localFolders().map(({ uri }) => uri.fsPath);
  if (!mayRead(file, vscode.workspace.isTrusted, folders))
    throw new UserError(vscode.l10n.t("In Restricted Mode only files of the workspace are read: {0}", file));
}
