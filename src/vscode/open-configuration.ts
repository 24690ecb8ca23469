import * as vscode from "vscode";
import type { ConfigInput, ConfigIssue, Layer } from "../protocol/engine.ts";
import { type Surroundings, userSettings } from "./places.ts";
import { configFile, type Spot, spotOfIssue, spotOfItem } from "./whereabouts.ts";

/** What to show of the configuration; all of it where nothing is named. */
export interface Wanted {
  /** A refused value. */
  readonly issue?: ConfigIssue | undefined;
  /** An item, such as ["sources", "access"], or a whole setting. */
  readonly item?: readonly string[] | undefined;
}

/**
 * Opens the configuration at what is wanted: in the configuration file or the settings, wherever it stands; else
 * the configuration file as a whole; else the settings, at the setting's name, which is written where it is missing.
 */
export async function openConfiguration(
  { issue, item }: Wanted,
  input: ConfigInput,
  around: Surroundings,
): Promise<void> {
  const spot =
    (issue && (await spotOfIssue(issue, input, around))) ?? (item && (await spotOfItem(item, input, around)));
  // The editor keeps the user's settings under a name of its own, which is no file's.
  if (spot && spot.file !== userSettings(around)) return show(spot);
  const file = configFile(input);
  if (file && !issue && !spot && (await exists(file))) return show({ file });
  const key = String(issue?.path[0] ?? item?.[0] ?? "sources");
  await openSettings(key, input);
}

async function show({ file, range }: Partial<Spot> & { readonly file: string }): Promise<void> {
  const selection = range && new vscode.Range(...range);
  await vscode.window.showTextDocument(vscode.Uri.file(file), selection ? { selection } : {});
}

async function openSettings(key: string, { layers, folders }: ConfigInput): Promise<void> {
  const holds = (name: string) =>
    layers.findLast(({ values }) => (values as Record<string, unknown>)[name] !== undefined);
  // `edit` writes the setting's name where it is missing; where it isn't, it would only leave an empty line.
  const revealSetting = { key: `logMonitor.${key}`, edit: holds(key) === undefined };
  const command = opener(holds(key) ?? holds("sources"), folders.length > 0);
  await vscode.commands.executeCommand(command, { revealSetting });
}

function opener(home: Layer | undefined, folder: boolean): string {
  const inWorkspace = home ? home.origin !== "user" : folder;
  return inWorkspace ? "workbench.action.openWorkspaceSettingsFile" : "workbench.action.openSettingsJson";
}

async function exists(file: string): Promise<boolean> {
  return vscode.workspace.fs.stat(vscode.Uri.file(file)).then(
    () => true,
    () => false,
  );
}
