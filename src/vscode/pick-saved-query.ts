import * as vscode from "vscode";
import { reasonOf } from "../errors.ts";
import type { NamedQuery, SavedQuery } from "../protocol/saved-queries.ts";
import type { SavedQueries } from "./saved-queries.ts";
import { present, type SettingsTools, writeEntry } from "./settings-entry.ts";
import { openHomes, userHome } from "./settings-home.ts";

/** The name of the setting, without that of the extension. */
const KEY = "queries";
const LONGEST_NAME = 100;

interface Item extends vscode.QuickPickItem {
  readonly named?: NamedQuery;
}

/**
 * Lets one of the saved searches be chosen, any of them deleted, and the one that is shown be saved.
 * @param now the search that is shown; undefined: nothing is there to be saved
 * @param saved those that there are
 * @returns what was chosen; undefined when there was nothing to choose, or another thing was done
 */
export async function pickSavedQuery(
  now: SavedQuery | undefined,
  tools: SettingsTools,
  saved: SavedQueries,
): Promise<SavedQuery | undefined> {
  const save: Item = {
    label: vscode.l10n.t("Save This Search…"),
    iconPath: new vscode.ThemeIcon("add"),
    description: now === undefined ? "" : descriptionOf(now),
    alwaysShow: true,
  };
  const remove = { iconPath: new vscode.ThemeIcon("trash"), tooltip: vscode.l10n.t("Delete") };
  const items = (): Item[] => [
    ...(now === undefined ? [] : [save]),
    ...saved.all().map((named) => ({
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
  const changes = saved.onChange(() => {
    picker.items = items();
  });
  try {
    const chosen = await new Promise<Item | undefined>((resolve) => {
      picker.onDidAccept(() => resolve(picker.selectedItems[0]));
      picker.onDidHide(() => resolve(undefined));
      picker.onDidTriggerItemButton(({ item: { named } }) => {
        if (!named) return;
        // Said here: no message is shown above a list that is open.
        forget(named.name, tools).catch((error: unknown) => {
          picker.placeholder = reasonOf(error);
        });
      });
      picker.show();
    });
    picker.hide();
    if (chosen === save && now !== undefined) await saveQuery(now, tools, saved.all());
    return chosen?.named?.query;
  } finally {
    changes.dispose();
    picker.dispose();
  }
}

/** Asks for a name, and writes the search into the workspace's settings; the user's where no folder is open. */
async function saveQuery(
  query: SavedQuery,
  tools: SettingsTools,
  known: readonly NamedQuery[],
): Promise<void> {
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
  const [home = userHome()] = openHomes();
  await writeEntry(tools, home, KEY, name.trim(), query);
}

/** Takes a search out of whichever settings have it. */
async function forget(name: string, tools: SettingsTools): Promise<void> {
  const { Workspace } = vscode.ConfigurationTarget;
  for (const home of [...openHomes().filter(({ target }) => target === Workspace), userHome()]) {
    if (Object.hasOwn(present(home, KEY) ?? {}, name)) await writeEntry(tools, home, KEY, name, undefined);
  }
}

/** In the words of the settings: names of levels and sources are the same in every language. */
function descriptionOf(query: SavedQuery): string {
  if (typeof query === "string") return query;
  const { query: text, levels, sources, range, searchIn } = query;
  const span = typeof range === "object" ? `${range.since} – ${range.until}` : range;
  const place = searchIn && `searchIn: ${searchIn}`;
  return [text, levels?.join(", "), sources?.join(", "), span, place].filter(Boolean).join(" · ");
}
