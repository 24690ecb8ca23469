import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { LineTrace, SinkFate } from "../protocol/engine.ts";
import { traceText } from "../protocol/fate.ts";
import type { EngineHost } from "./engine-host.ts";

interface Item extends vscode.QuickPickItem {
  /** What choosing it does. */
  readonly act: () => Thenable<unknown>;
}

/** The command that tells what became of the line the cursor is on. */
export function lineHandlers(engine: EngineHost) {
  return {
    /** Returns what it shows as text. */
    async "logMonitor.whereIsLine"(): Promise<string> {
      const editor = vscode.window.activeTextEditor;
      if (editor?.document.uri.scheme !== "file")
        throw new UserError(vscode.l10n.t("Open a log file, and set the cursor on the line first."));
      const { fsPath } = editor.document.uri;
      const trace = await engine.call("whereIs", { file: fsPath, line: editor.selection.active.line + 1 });
      const text = traceText(trace, vscode.l10n.t);
      void show(trace, text);
      return text;
    },
  };
}

async function show(trace: LineTrace, text: string): Promise<void> {
  const [title = "", ...lines] = text.trimEnd().split("\n");
  const run = (command: string, argument?: unknown) => vscode.commands.executeCommand(command, argument);
  const answers: Item[] = lines.map((line) => ({
    label: line.trim(),
    act: () => vscode.env.clipboard.writeText(text),
  }));
  const actions: Item[] = [
    ...sinksIn(trace, "paused").map((sink) => ({
      label: vscode.l10n.t("Resume {0}", sink),
      iconPath: new vscode.ThemeIcon("debug-continue"),
      act: () => run("logMonitor.resume", { id: `sink:${sink}` }),
    })),
    ...sinksIn(trace, "consent").map((sink) => ({
      label: vscode.l10n.t("Allow {0}", sink),
      iconPath: new vscode.ThemeIcon("shield"),
      act: () => run("logMonitor.allow", { id: `sink:${sink}` }),
    })),
    ...sinksIn(trace, "dead").map((sink) => ({
      label: vscode.l10n.t("Show the dead letters of {0}", sink),
      iconPath: new vscode.ThemeIcon("mail"),
      act: () => run("logMonitor.showDeadLetters", { id: `sink:${sink}` }),
    })),
    {
      label: vscode.l10n.t("Show checkpoints"),
      iconPath: new vscode.ThemeIcon("bookmark"),
      act: () => run("logMonitor.showCheckpoints"),
    },
    {
      label: vscode.l10n.t("Copy this"),
      iconPath: new vscode.ThemeIcon("copy"),
      act: () => vscode.env.clipboard.writeText(text),
    },
  ];
  const rule: Item = { label: "", kind: vscode.QuickPickItemKind.Separator, act: async () => undefined };
  const chosen = await vscode.window.showQuickPick([...answers, rule, ...actions], { title });
  await chosen?.act();
}

function sinksIn({ fates }: LineTrace, state: SinkFate["state"]): readonly string[] {
  const found = fates.flatMap(({ sinks }) => sinks).filter((one) => one.state === state);
  return [...new Set(found.map(({ sink }) => sink))];
}
