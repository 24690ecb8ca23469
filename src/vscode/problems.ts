import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { locateInSettings } from "../config/locate.ts";
import type { Disposable } from "../lib/disposables.ts";
import type { ConfigIssue } from "../protocol/engine.ts";
import { fileOfIssue, type IssueFile, type Surroundings } from "./places.ts";

/**
 * Marks refused values where they stand. A value whose file can't be found (the user's settings, when they
 * are on another machine) is named above the tree and in the output only.
 */
export interface Problems extends Disposable {
  /** Replaces all marks; a later call overtakes an earlier one. */
  show(issues: readonly ConfigIssue[]): Promise<void>;
}

export function createProblems(around: () => Surroundings): Problems {
  const collection = vscode.languages.createDiagnosticCollection("logMonitor");
  let turn = 0;
  return {
    async show(issues) {
      const mine = ++turn;
      const surroundings = around();
      const marks = new Map<string, vscode.Diagnostic[]>();
      for (const issue of issues) {
        const file = fileOfIssue(issue, surroundings);
        const text = file && (await readFile(file.path, "utf8").catch(() => undefined));
        if (!file || text === undefined) continue;
        marks.set(file.path, [...(marks.get(file.path) ?? []), markOf(issue, file, text)]);
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

function markOf(issue: ConfigIssue, file: IssueFile, text: string): vscode.Diagnostic {
  const severity =
    issue.severity === "error" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(rangeOf(issue, file, text), issue.message, severity);
  diagnostic.source = "Log Monitor";
  return diagnostic;
}

function rangeOf(issue: ConfigIssue, file: IssueFile, text: string): vscode.Range {
  if (!file.within) {
    const line = Math.max(0, (issue.line ?? 1) - 1);
    const end = text.split(/\r?\n/)[line]?.trimEnd().length ?? 0;
    return new vscode.Range(line, Math.min((issue.column ?? 1) - 1, end), line, end);
  }
  const { start, end } = locateInSettings(text, issue.path, file.within);
  return new vscode.Range(start.line - 1, start.column - 1, end.line - 1, end.column - 1);
}
