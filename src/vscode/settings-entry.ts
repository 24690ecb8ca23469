import { isDeepStrictEqual } from "node:util";
import * as vscode from "vscode";
import type { EntryPlace } from "../protocol/edits.ts";
import type { EngineHost } from "./engine-host.ts";
import { type Surroundings, userSettings } from "./places.ts";
import type { SettingsFile, SettingsHome } from "./settings-home.ts";
import { editFile } from "./text-edits.ts";

/** So long (ms) the editor is waited for to read what was written: what is asked next is to know of it. */
const SOON = 5_000;

/** What settings are written with. */
export interface SettingsTools {
  readonly engine: Pick<EngineHost, "call">;
  readonly around: () => Surroundings;
}

type Entry = Pick<EntryPlace, "key" | "id" | "value" | "option">;

/**
 * Writes an entry of one of our settings, or takes it away where the value is undefined, and leaves all else in them
 * as it is written.
 * @param option of an entry that is there: only this one is written, or taken away
 * @throws UserError when the file has changes that are not saved
 */
export async function writeEntry(
  { engine, around }: SettingsTools,
  home: SettingsHome,
  key: string,
  id: string,
  value: unknown,
  option?: string,
): Promise<void> {
  const entry = { key, id, value, option };
  const before = present(home, key);
  const user = home.target === vscode.ConfigurationTarget.Global && before ? before : undefined;
  const file = home.file ?? (user && userFile(around()));
  if (file) {
    const edits = await editFile(file.uri, (text) => {
      const place = { text, within: file.within, ...entry, ...(user && { expected: user }) };
      // Without an engine there is still the editor's own way.
      return engine.call("entryEdits", place).catch(() => undefined);
    });
    if (edits) return edits.length === 0 ? undefined : inForce(home, entry);
  }
  // The editor's own way writes the whole setting anew, without its comments.
  const written = option === undefined ? value : { ...(before?.[id] as object | undefined), [option]: value };
  const next = Object.fromEntries(
    Object.entries({ ...before, [id]: written }).filter(([, one]) => one !== undefined),
  );
  const setting = Object.keys(next).length > 0 ? next : undefined;
  await vscode.workspace.getConfiguration("logMonitor", home.scope ?? null).update(key, setting, home.target);
}

/** What the settings have under one of our keys. */
export function present(
  { target, scope }: Pick<SettingsHome, "target" | "scope">,
  key: string,
): Readonly<Record<string, unknown>> | undefined {
  const inspected = vscode.workspace
    .getConfiguration("logMonitor", scope ?? null)
    .inspect<Record<string, unknown>>(key);
  const { Global, Workspace } = vscode.ConfigurationTarget;
  if (target === Global) return inspected?.globalValue;
  return target === Workspace ? inspected?.workspaceValue : inspected?.workspaceFolderValue;
}

/**
 * The user's settings by the name the desktop's editor has them under: it hears of no change under another. In a
 * browser, and from a remote machine, they can't be had.
 */
function userFile(around: Surroundings): SettingsFile {
  return { uri: vscode.Uri.file(userSettings(around)).with({ scheme: "vscode-userdata" }), within: [] };
}

async function inForce(home: SettingsHome, { key, id, value, option }: Entry): Promise<void> {
  const wanted: unknown = value === undefined ? undefined : JSON.parse(JSON.stringify(value));
  const done = (): boolean => {
    const entry = present(home, key)?.[id];
    const now =
      option === undefined ? entry : (entry as Readonly<Record<string, unknown>> | undefined)?.[option];
    return isDeepStrictEqual(now, wanted);
  };
  await new Promise<void>((resolve) => {
    const changes = vscode.workspace.onDidChangeConfiguration(() => done() && end());
    const timer = setTimeout(end, SOON);
    function end(): void {
      changes.dispose();
      clearTimeout(timer);
      resolve();
    }
    if (done()) end();
  });
}
