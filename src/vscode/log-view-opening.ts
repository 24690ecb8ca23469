import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { Disposable } from "../lib/disposables.ts";

const [SECTION, KEY] = ["logMonitor", "dashboard.openLogView"];

/** Whether a span that is selected on a chart of the dashboard opens the log view there. */
export const opensLogView = (): boolean => vscode.workspace.getConfiguration(SECTION).get(KEY) !== false;

/** Tells when that changes. */
export function onOpening(changed: (opens: boolean) => void): Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${SECTION}.${KEY}`)) changed(opensLogView());
  });
}

/** Switches it on or off, where it stands by now; else for the user. */
export async function setOpening(opens: unknown): Promise<void> {
  if (typeof opens !== "boolean") throw new UserError("the log view is opened, or it is not");
  const settings = vscode.workspace.getConfiguration(SECTION);
  const { workspaceValue } = settings.inspect(KEY) ?? {};
  await settings.update(KEY, opens, workspaceValue === undefined);
}
