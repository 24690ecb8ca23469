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
}

export function createProblems(input: () => ConfigInput, around: () => Surroundings): Problems {
  const collection = vscode.languages.createDiagnosticCollection("logMonitor");
  let turn = 0;
  return {
    async show(issues) {
      const mine = ++turn;
      const [settings, surroundings] = [input(), around()];
      const marks = new Map<string, vscode.Diagnostic[]>();
      for (const issue of issues) {
        const spot = await spotOfIssue(issue, settings, surroundings);
        if (spot) marks.set(spot.file, [...(marks.get(spot.file) ?? []), markOf(issue, spot)]);
      }
      if (mine !== turn) return;
      collection.clear();
      for (const [path, diagnostics] of marks) collection.set(vscode.Uri.file(path), diagnostics);
    },
    dispose() {
      turn++;
      collection.dispose();
    },
  };
}

function markOf({ severity, message }: ConfigIssue, { range }: Spot): vscode.Diagnostic {
  const { Error: wrong, Warning: doubtful } = vscode.DiagnosticSeverity;
  const mark = new vscode.Diagnostic(
    new vscode.Range(...range),
    message,
    severity === "error" ? wrong : doubtful,
  );
  mark.source = "Log Monitor";
  return mark;
}
