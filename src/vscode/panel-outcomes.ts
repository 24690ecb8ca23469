import * as vscode from "vscode";
import { reasonOf } from "../errors.ts";
import { createOutcomes, type Outcomes } from "./outcomes.ts";

/** Of the pages of a panel; what makes one of them gone that is neither hidden nor closed is its own to say. */
export function outcomesOf(panel: vscode.WebviewPanel): Outcomes {
  const outcomes = createOutcomes((error) =>
    vscode.window.showErrorMessage(`Log Monitor: ${reasonOf(error)}`),
  );
  panel.onDidChangeViewState(() => panel.visible || outcomes.gone());
  panel.onDidDispose(outcomes.gone);
  return outcomes;
}
