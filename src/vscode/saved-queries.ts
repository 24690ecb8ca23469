import * as vscode from "vscode";
import type { Disposable } from "../lib/disposables.ts";
import { type NamedQuery, readSavedQueries, type SavedQuery } from "../protocol/saved-queries.ts";

const KEY = "queries";
const LONGEST_NAME = 100;

/** The searches in the setting `logMonitor.queries`, by name. */
export function savedQueries(): NamedQuery[] {
  const setting = vscode.workspace.getConfiguration("logMonitor", null).get(KEY);
  return readSavedQueries(setting).sort((a, b) => a.name.localeCompare(b.name));
}

export function onSavedQueries(changed: () => void): Disposable {
  return vscode.workspace.onDidChangeConfiguration(
    (event) => event.affectsConfiguration(`logMonitor.${KEY}`) && changed(),
  );
}

interface Item extends vscode.QuickPickItem {
  readonly named?: NamedQuery;
}

/**
 * Lets one of the saved searches be chosen, any of them deleted, and the one that is shown be saved.
 * @param now the search that is shown; undefined: nothing is there to be saved
 * @returns what was chosen; undefined when there was nothing to choose, or another thing was done
 */
export async function pickSavedQuery(now: SavedQuery | undefined): Promise<SavedQuery | undefined> {
  const save: Item = {
    label: `$(add) ${vscode.l10n.t("Save This Search…")}`,
    description: now === undefined ? "" : descriptionOf(now),
    alwaysShow: true,
  };
  const remove = { iconPath: new vscode.ThemeIcon("trash"), tooltip: vscode.l10n.t("Delete") };
  const items = (): Item[] => [
    ...(now === undefined ? [] : [save]),
    ...savedQueries().map((named) => ({
      label: named.name,
      description: descriptionOf(named.query),
      buttons: [remove],
      named,
    })),
  ];
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = vscode.l10n.t("Saved Queries");
  picker.placeholder =
    now === undefined && items().length === 0
      ? vscode.l10n.t("No search is saved yet: save one by the star in the log view.")
      : vscode.l10n.t("Choose a search to open");
  picker.matchOnDescription = true;
  picker.items = items();
  const changes = onSavedQueries(() => {
    picker.items = items();
  });
  try {
    const chosen = await new Promise<Item | undefined>((resolve) => {
      picker.onDidAccept(() => resolve(picker.selectedItems[0]));
      picker.onDidHide(() => resolve(undefined));
      picker.onDidTriggerItemButton(({ item }) => void (item.named && forget(item.named.name)));
      picker.show();
    });
    picker.hide();
    if (chosen === save && now !== undefined) await saveQuery(now);
    return chosen?.named?.query;
  } finally {
    changes.dispose();
    picker.dispose();
  }
}

/** Asks for a name, and writes the search into the workspace's settings; the user's where no folder is open. */
async function saveQuery(query: SavedQuery): Promise<void> {
  const known = savedQueries();
  const same = known.find((one) => JSON.stringify(one.query) === JSON.stringify(query));
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t("Save Search"),
    prompt: vscode.l10n.t("Name of the search. It is kept in the settings of the workspace."),
    value: same?.name ?? "",
    ignoreFocusOut: true,
    validateInput(text) {
      const wanted = text.trim();
      if (wanted === "") return vscode.l10n.t("Type a name");
      if (wanted.length > LONGEST_NAME) return vscode.l10n.t("Use at most {0} characters", LONGEST_NAME);
      if (!known.some((one) => one.name === wanted)) return undefined;
      return {
        message: vscode.l10n.t("The search of this name is replaced."),
        severity: vscode.InputBoxValidationSeverity.Info,
      };
    },
  });
  if (name === undefined) return;
  const { Global, Workspace } = vscode.ConfigurationTarget;
  const target = vscode.workspace.workspaceFolders ? Workspace : Global;
  await write(target, (present) => ({ ...present, [name.trim()]: query }));
}

/** Takes a search out of whichever settings have it. */
async function forget(name: string): Promise<void> {
  const { Global, Workspace } = vscode.ConfigurationTarget;
  for (const target of [Workspace, Global]) {
    if (!Object.hasOwn(present(target), name)) continue;
    await write(target, (all) => Object.fromEntries(Object.entries(all).filter(([one]) => one !== name)));
  }
}

type Queries = Readonly<Record<string, unknown>>;

async function write(target: vscode.ConfigurationTarget, change: (all: Queries) => Queries): Promise<void> {
  const next = change(present(target));
  const value = Object.keys(next).length === 0 ? undefined : next;
  await vscode.workspace.getConfiguration("logMonitor", null).update(KEY, value, target);
}

function present(target: vscode.ConfigurationTarget): Queries {
  const inspected = vscode.workspace.getConfiguration("logMonitor", null).inspect<Queries>(KEY);
  const value =
    target === vscode.ConfigurationTarget.Global ? inspected?.globalValue : inspected?.workspaceValue;
  return value ?? {};
}

/** In the words of the settings: names of levels and sources are the same in every language. */
function descriptionOf(query: SavedQuery): string {
  if (typeof query === "string") return query;
  const { query: text, levels, sources, range } = query;
  const span = typeof range === "object" ? `${range.since} – ${range.until}` : range;
  return [text, levels?.join(", "), sources?.join(", "), span].filter(Boolean).join(" · ");
}
