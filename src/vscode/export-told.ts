import { basename } from "node:path";
import * as vscode from "vscode";
import type { Outcome } from "./export.ts";
import { texts } from "./texts.ts";

/** Tells what a page would have told of an export. */
export async function tellExported(outcome: Outcome): Promise<void> {
  if ("cancelled" in outcome) return;
  const { l10n } = vscode;
  const { records, missing, file } = outcome;
  const lines = texts.whole(records);
  const text =
    missing > 0
      ? l10n.t(
          "Exported {0} lines to {1}; {2} could not be read any more.",
          lines,
          file,
          texts.whole(missing),
        )
      : records === 1
        ? l10n.t("Exported 1 line to {0}.", file)
        : l10n.t("Exported {0} lines to {1}.", lines, file);
  const open = l10n.t("Open {0}", basename(file));
  if ((await vscode.window.showInformationMessage(text, open)) === open)
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(file));
}
