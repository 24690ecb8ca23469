import { join, resolve } from "node:path";
import * as vscode from "vscode";
import { expand } from "../config/variables.ts";
import type { ConfigInput, Layer } from "../protocol/engine.ts";

/**
 * Opens what says what is watched: the configuration file when there is one, else the settings that have
 * sources.
 * @param key the setting to show there, e.g. the one that is in the way
 */
export async function openConfiguration(input: ConfigInput, key = "sources"): Promise<void> {
  const { layers, folders } = input;
  const withFile = layers.findLast(({ values }) => fileOf(values));
  if (withFile) {
    const { value } = expand(fileOf(withFile.values), folders, process.env);
    await vscode.window.showTextDocument(vscode.Uri.file(resolve(withFile.baseDir, String(value))));
    return;
  }
  const holds = (name: string) =>
    layers.findLast(({ values }) => (values as Record<string, unknown>)[name] !== undefined);
  const home = holds(key) ?? holds("sources");
  if (home?.origin === "folder") {
    const file = join(home.baseDir, ".vscode", "settings.json");
    await vscode.window.showTextDocument(vscode.Uri.file(file));
    return;
  }
  // `edit` writes the setting's name where it is missing; where it isn't, it would only leave an empty line.
  const revealSetting = { key: `logMonitor.${key}`, edit: holds(key) === undefined };
  await vscode.commands.executeCommand(opener(home, folders.length > 0), { revealSetting });
}

function opener(home: Layer | undefined, folder: boolean): string {
  const inWorkspace = home ? home.origin === "workspace" : folder;
  return inWorkspace ? "workbench.action.openWorkspaceSettingsFile" : "workbench.action.openSettingsJson";
}

function fileOf(values: unknown): string | undefined {
  const { configFile } = (values ?? {}) as { configFile?: unknown };
  return typeof configFile === "string" && configFile !== "" ? configFile : undefined;
}
