import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import * as vscode from "vscode";
import type { ConfigInput } from "../protocol/engine.ts";

/** Opens what says what is watched: the configuration file when there is one, else the settings that have sources. */
export async function openConfiguration({ layers, folders }: ConfigInput): Promise<void> {
  const withFile = [...layers].reverse().find(({ values }) => fileOf(values));
  const file = fileOf(withFile?.values);
  if (withFile && file) {
    const path = file
      .replace(/^~(?=\/)/, homedir())
      .replace(/\$\{workspaceFolder\}/g, folders[0]?.path ?? "");
    const uri = vscode.Uri.file(isAbsolute(path) ? path : join(withFile.baseDir, path));
    await vscode.window.showTextDocument(uri);
    return;
  }
  const workspace = layers.some(({ origin }) => origin !== "user") || folders.length > 0;
  const command = workspace
    ? "workbench.action.openWorkspaceSettingsFile"
    : "workbench.action.openSettingsJson";
  await vscode.commands.executeCommand(command, { revealSetting: { key: "logMonitor.sources", edit: true } });
}

function fileOf(values: unknown): string | undefined {
  const { configFile } = (values ?? {}) as { configFile?: unknown };
  return typeof configFile === "string" && configFile !== "" ? configFile : undefined;
}
