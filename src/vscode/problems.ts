import * as vscode from "vscode";
import type { Disposable } from "../lib/disposables.ts";
import type { ConfigInput, ConfigIssue } from "../protocol/engine.ts";
import type { Surroundings } from "./places.ts";
import { type Spot, spotOfIssue } from "./whereabouts.ts";

/**
 * Marks refused values where they stand. A value whose file can't be found (the user's settings, when they
 * are on another machine) is named above the tree and in the output only.
 */
export interface Problems extends Disposable {
  /** Replaces all marks; a later call overtakes an earlier one. */
  show(issues: readonly ConfigIssue[]): Promise<void>;
  /** The marks that a stretch of a file touches. */
  at(uri: vscode.Uri, range: vscode.Range): readonly Marked[];
}

export interface Marked {
  readonly mark: vscode.Diagnostic;
  readonly issue: ConfigIssue;
}

export function createProblems(input: () => ConfigInput, around: () => Surroundings): Problems {
  const collection = vscode.languages.createDiagnosticCollection("logMonitor");
  let turn = 0;
  let shown = new Map<string, Marked[]>();
  return {
    at: ({ fsPath }, range) =>
      (shown.get(fsPath) ?? []).filter(({ mark }) => mark.range.intersection(range) !== undefined),
    async show(issues) {
      const mine = ++turn;
      const [settings, surroundings] = [input(), around()];
      const marks = new Map<string, Marked[]>();
      for (const issue of issues) {
        const spot = await spotOfIssue(issue, settings, surroundings);
        if (!spot) continue;
        const { fsPath } = vscode.Uri.file(spot.file);
        marks.set(fsPath, [...(marks.get(fsPath) ?? []), { mark: markOf(issue, spot), issue }]);
      }
      if (mine !== turn) return;
      shown = marks;
      collection.clear();
      for (const [path, marked] of marks) {
        collection.set(
          vscode.Uri.file(path),
          marked.map(({ mark }) => mark),
        );
      }
    },
    dispose() {
      turn++;
      collection.dispose();
    },
  };
}

function markOf({ severity, message, code }: ConfigIssue, { range }: Spot): vscode.Diagnostic {
  const { Error: wrong, Warning: doubtful } = vscode.DiagnosticSeverity;
  const mark = new vscode.Diagnostic(
    new vscode.Range(...range),
    message,
    severity === "error" ? wrong : doubtful,
  );
  mark.source = "Log Monitor";
  if (code !== undefined) mark.code = code;
  return mark;
}
