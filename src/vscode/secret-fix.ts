import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { Disposable } from "../lib/disposables.ts";
import type { ConfigIssue } from "../protocol/engine.ts";
import type { EngineHost } from "./engine-host.ts";
import { fileOfIssue, type Surroundings } from "./places.ts";
import type { Marked, Problems } from "./problems.ts";
import { saved } from "./saved.ts";
import type { Secrets } from "./secrets.ts";

/** Where a secret stands, for the command that moves it. */
interface Plain {
  readonly file?: string;
  readonly key?: readonly (string | number)[];
  readonly within?: readonly string[] | undefined;
}

/**
 * The quick fixes "Move to secret storage" at secrets that stand in plain in settings and configuration files, and
 * "Set Secret" where one is not set.
 */
export function offerFixes(problems: Problems, around: () => Surroundings): Disposable {
  const languages = ["json", "jsonc", "yaml"].map((language) => ({ language }));
  const fixOf = ({ mark, issue }: Marked): vscode.CodeAction | undefined => {
    const plain = issue.code === "plainSecret";
    if (!plain && issue.missing === undefined) return undefined;
    const title = plain
      ? vscode.l10n.t("Move to secret storage")
      : vscode.l10n.t("Set secret {0}…", issue.missing ?? "");
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [mark];
    action.isPreferred = true;
    action.command = plain
      ? { command: "logMonitor.moveSecret", title, arguments: [placeOf(issue, around())] }
      : { command: "logMonitor.setSecret", title, arguments: [{ name: issue.missing }] };
    return action;
  };
  return vscode.languages.registerCodeActionsProvider(
    languages,
    {
      provideCodeActions: ({ uri }, range) =>
        problems
          .at(uri, range)
          .map(fixOf)
          .filter((action) => action !== undefined),
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

function placeOf(issue: ConfigIssue, around: Surroundings): Plain {
  const file = fileOfIssue(issue, around);
  return { key: issue.path, ...(file && { file: file.path, within: file.within }) };
}

/** Stores the secret first: should the edit fail, it stands in both places and not in none. */
export function moveHandler(engine: EngineHost, secrets: Secrets) {
  return {
    async "logMonitor.moveSecret"({ file, key, within }: Plain = {}): Promise<void> {
      if (file === undefined || key === undefined) return;
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
      const before = document.getText();
      const { start, end, text, name, value } = await engine.call("extractSecret", {
        text: before,
        path: key,
        taken: secrets.names(),
        ...(within && { within }),
      });
      await secrets.set(name, value);
      const edit = new vscode.WorkspaceEdit();
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      edit.replace(document.uri, range, text);
      // It may have been written to while the secret was stored, and is elsewhere then.
      const same = document.getText() === before;
      if (!same || !(await vscode.workspace.applyEdit(edit)) || !(await saved(document))) {
        throw new UserError(
          vscode.l10n.t("{0} could not be changed: write {1} there yourself", file, `\${secret:${name}}`),
        );
      }
    },
  };
}
