import { homedir } from "node:os";
import { dirname } from "node:path";
import * as vscode from "vscode";
import { reasonOf } from "../errors.ts";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { Log } from "../lib/log.ts";
import { createSync } from "../lib/sync.ts";
import type { ConfigInput } from "../protocol/engine.ts";
import { isVirtual, localFolders, workspaceFilePath } from "./folders.ts";
import { hasWork, layersOf } from "./layers.ts";
import type { Surroundings } from "./places.ts";

const SECTION = "logMonitor";
/** Settings of the editor's side alone, of which the engine knows nothing. */
const OURS = ["pathMappings", "queries", "dashboard.openLogView"];

/** The raw settings as they are now; the engine validates them. */
export function collectSettings(context: vscode.ExtensionContext): ConfigInput {
  const folders = openFolders();
  const workspaceFile = workspaceFilePath();
  const place = {
    folders,
    workspaceFileFolder: workspaceFile === undefined ? undefined : dirname(workspaceFile),
    multiRoot: vscode.workspace.workspaceFile !== undefined,
    virtual: isVirtual(),
    home: homedir(),
  };
  const layers = layersOf(settingKeys(context), place, (key, folder) =>
    vscode.workspace.getConfiguration(SECTION, folder ? vscode.Uri.file(folder) : null).inspect(key),
  );
  return {
    layers,
    folders,
    trusted: vscode.workspace.isTrusted,
    dataDir: (context.storageUri ?? context.globalStorageUri).fsPath,
  };
}

/** Where refused values may stand. */
export function surroundings(context: vscode.ExtensionContext): Surroundings {
  return {
    folders: openFolders(),
    workspaceFile: workspaceFilePath(),
    globalStorage: context.globalStorageUri.fsPath,
  };
}

function openFolders(): ConfigInput["folders"] {
  return localFolders().map(({ name, uri }) => ({ name, path: uri.fsPath }));
}

export function hasSettings(context: vscode.ExtensionContext): boolean {
  return hasWork(collectSettings(context).layers);
}

/** The keys that the manifest declares, without the prefix: the schema's, since the manifest is made from it. */
function settingKeys(context: vscode.ExtensionContext): readonly string[] {
  const { configuration } = context.extension.packageJSON.contributes as {
    configuration?: Manifest | readonly Manifest[];
  };
  return [configuration ?? []]
    .flat()
    .flatMap(({ properties }) => Object.keys(properties ?? {}))
    .filter((key) => key.startsWith(`${SECTION}.`))
    .map((key) => key.slice(SECTION.length + 1))
    .filter((key) => !OURS.includes(key));
}
interface Manifest {
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** How long (ms) settings that are gone altogether may be on their way: a file that is being saved is empty first. */
const GONE = 1_000;

/**
 * Calls `apply` after each change of settings, folders or trust: bursts once, never two at a time. What it
 * throws is logged, and rejects `now`. Where no setting of a place is left, it is called a second later: what is
 * there again by then goes on as if nothing had been.
 */
export function followSettings(
  context: vscode.ExtensionContext,
  apply: () => Promise<void>,
  log: Log,
): Disposable & { now(): Promise<void> } {
  const own = createDisposables();
  const places = (): number => collectSettings(context).layers.length;
  /** When they were applied last. */
  let before = 0;
  let late: NodeJS.Timeout | undefined;
  own.add({ dispose: () => clearTimeout(late) });
  const run = async (): Promise<void> => {
    before = places();
    try {
      await apply();
    } catch (error) {
      log.error(`The settings were not applied: ${reasonOf(error)}`);
      throw error;
    }
  };
  const sync = own.add(createSync(run, 100));
  // Nobody waits for what follows a change, and it has been logged.
  const request = (): void => void sync.request().catch(() => undefined);
  own.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(SECTION)) return;
      clearTimeout(late);
      if (places() < before) late = setTimeout(request, GONE);
      else request();
    }),
  );
  own.add(vscode.workspace.onDidChangeWorkspaceFolders(request));
  own.add(vscode.workspace.onDidGrantWorkspaceTrust(request));
  return { now: () => sync.request(), dispose: () => own.dispose() };
}
