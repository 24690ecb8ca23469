import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as vscode from "vscode";
import manifest from "../../../../package.json" with { type: "json" };
import type { LogMonitor } from "../../../../src/extension.ts";
import type { SourceFigures } from "../../../../src/model.ts";
import type { Handle } from "../../../../src/vscode/tree.ts";
import { replaceFile } from "../../../helpers/replace-file.ts";
import { until as waitUntil } from "../../../helpers/until.ts";

/** How long (ms) a window may take to come to what is waited for, on a machine that has other things to do. */
const PATIENCE = 60_000;

export const until: typeof waitUntil = (condition, options) =>
  waitUntil(condition, { timeout: PATIENCE, ...options });

/** The window these tests run in: its folder, its settings file, and the extension's own account of things. */
export const folder = (): string => {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, "the window has no folder open");
  return first.uri.fsPath;
};
export const settingsFile = (): string => join(folder(), ".vscode", "settings.json");

export async function logMonitor(): Promise<LogMonitor> {
  const extension = vscode.extensions.getExtension<LogMonitor>(`${manifest.publisher}.${manifest.name}`);
  assert.ok(extension, "VS Code does not list the extension");
  return extension.activate();
}

/**
 * Writes the folder's settings file as a person with another editor would, and waits until VS Code knows of
 * it. Its file watcher now and then misses a write that follows another closely: then the file is touched.
 * @param wanted what they say, where they are no plain JSON
 */
export async function writeSettings(
  settings: Record<string, unknown> | string,
  wanted: Record<string, unknown> = typeof settings === "string" ? JSON.parse(settings) : settings,
): Promise<void> {
  const text = typeof settings === "string" ? settings : `${JSON.stringify(settings, undefined, 2)}\n`;
  replaceFile(settingsFile(), text, `${folder()}-settings.json`);
  let touch = Date.now() + 2000;
  await until(
    () => {
      if (Date.now() > touch) {
        touch = Date.now() + 2000;
        utimesSync(settingsFile(), new Date(), new Date());
      }
      const now = vscode.workspace.getConfiguration("logMonitor");
      for (const key of KEYS) {
        const value = now.inspect(key)?.workspaceValue;
        if (!isDeepStrictEqual(value, wanted[`logMonitor.${key}`])) {
          throw new Error(`${key} is ${JSON.stringify(value)}`);
        }
      }
      return true;
    },
    { what: "VS Code to read its settings" },
  );
}

const KEYS = Object.keys(manifest.contributes.configuration.properties).map((key) =>
  key.replace("logMonitor.", ""),
);

/** Makes VS Code hold the settings file as it is on disk: it refuses to write to a file that is newer. */
export async function settingsRead(): Promise<void> {
  const document = await vscode.workspace.openTextDocument(settingsFile());
  await vscode.window.showTextDocument(document);
  await until(
    async () => {
      // What it reverts is the editor that has the focus.
      await vscode.commands.executeCommand("workbench.action.files.revert");
      if (document.getText() === readFileSync(settingsFile(), "utf8")) return true;
      await vscode.window.showTextDocument(document);
      return false;
    },
    { every: 200, what: "the settings as they are on disk" },
  );
}

/** The editor in front, once it is as wanted: the editor tells of it some time after a command has opened it. */
export function editorWhere(
  wanted: (editor: vscode.TextEditor) => boolean,
  what: string,
): Promise<vscode.TextEditor> {
  return until(
    () => {
      const { activeTextEditor: now } = vscode.window;
      if (now && wanted(now)) return now;
      throw new Error(`it is ${now?.document.uri}, line ${now?.selection.start.line}`);
    },
    { what },
  );
}

/** Takes the first choice of each list that a command asks with, until all is as wanted, and returns its answer. */
export async function accepting<T>(
  command: () => Thenable<T>,
  done: () => boolean | Promise<boolean>,
  what: string,
): Promise<T> {
  for (let attempt = 0; attempt < 3; attempt++) {
    let ended = false;
    const running = Promise.resolve(command()).finally(() => {
      ended = true;
    });
    const over = until(
      async () => {
        // A command to accept does nothing before the list is there.
        await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
        return ended || (await done());
      },
      { every: 200, what },
    );
    const [answer] = await Promise.all([running, over]);
    // A list is shut, and the command ends, when the focus goes elsewhere before it was answered.
    if (await settled(done)) return answer;
  }
  throw new Error(`what was asked was answered, and this did not come: ${what}`);
}

/** Whether it comes to be, within the time that what a command did takes to be told of. */
const settled = (done: () => boolean | Promise<boolean>): Promise<boolean> =>
  waitUntil(done, { timeout: 10_000, every: 100 }).then(
    () => true,
    () => false,
  );

/** Appends whole lines to a file of the folder, which is made when it isn't there, and returns its path. */
export function append(name: string, ...lines: string[]): string {
  const path = join(folder(), name);
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return path;
}

export function remove(name: string): void {
  rmSync(join(folder(), name), { recursive: true, force: true });
}

/** Waits until the source is as `condition` wants it, and returns its figures. */
export async function source(
  id: string,
  condition: (figures: SourceFigures) => boolean = () => true,
): Promise<SourceFigures> {
  const api = await logMonitor();
  let last: SourceFigures | undefined;
  return until(
    () => {
      last = api.snapshot()?.sources.find((figures) => figures.id === id);
      if (last && condition(last)) return last;
      throw new Error(`the source is ${JSON.stringify(last)}`);
    },
    { what: `source ${id}` },
  );
}

/** Ends with no source configured and none running. */
export async function clear(): Promise<void> {
  await writeSettings({});
  const api = await logMonitor();
  await until(() => (api.snapshot()?.sources.length ?? 0) === 0, { what: "no source" });
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

/** All rows of a view as it shows them: label, description, icon, context; children indented by their parent's. */
export async function rows(provider: vscode.TreeDataProvider<Handle>) {
  const of = async (parent?: Handle): Promise<{ handle: Handle; item: vscode.TreeItem }[]> => {
    const handles = (await provider.getChildren(parent)) ?? [];
    const nested = await Promise.all(
      handles.map(async (handle) => [
        { handle, item: await provider.getTreeItem(handle) },
        ...(await of(handle)),
      ]),
    );
    return nested.flat();
  };
  return of();
}

/** Saves of a file that take as long as VS Code lets anybody take part in them: a second and a half. */
export function slowSaves(path: string) {
  const reasons: vscode.TextDocumentSaveReason[] = [];
  const heard = vscode.workspace.onWillSaveTextDocument(({ document, reason, waitUntil }) => {
    if (document.uri.fsPath !== path) return;
    reasons.push(reason);
    waitUntil(new Promise<never>(() => {}));
  });
  return { reasons: () => reasons, dispose: () => void heard.dispose() };
}
