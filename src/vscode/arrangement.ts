import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { Snapshot } from "../model.ts";
import { CONTEXT } from "./ids.ts";
import { FILTERS, type Filter, passing } from "./row-filter.ts";
import { GROUPINGS, type Grouping, groupRows } from "./row-groups.ts";
import { type Row, sourceRows, type Wishes } from "./rows.ts";
import { texts } from "./texts.ts";

const BY = "logs.grouping";
const ONLY = "logs.filter";

/** How the view of logs is put together: its groups and its filter, kept with the workspace. */
export interface Arrangement extends Disposable {
  /** The rows of a snapshot; with it goes what `sign` says. */
  rows(snapshot: Snapshot, wishes: Wishes): readonly Row[];
  /** What the view says of rows that are hidden; undefined while none can be. */
  sign(): { readonly title: string; readonly message: string } | undefined;
  readonly onChange: vscode.Event<void>;
  handlers(snapshot: () => Snapshot | undefined): {
    readonly "logMonitor.filterLogs": () => Promise<void>;
    readonly "logMonitor.showAllLogs": () => Promise<void>;
    readonly "logMonitor.groupLogs": () => Promise<void>;
  };
}

export function createArrangement(memento: vscode.Memento): Arrangement {
  const { l10n } = vscode;
  const own = createDisposables();
  const changed = own.add(new vscode.EventEmitter<void>());
  let by = oneOf(GROUPINGS, memento.get(BY), "group");
  let filter = oneOf(FILTERS, memento.get(ONLY), "all");
  let shown = 0;
  let all = 0;

  const filterNames: Record<Filter, string> = {
    all: l10n.t("All logs"),
    errors: l10n.t("With errors"),
    unparsed: l10n.t("With unparsed lines"),
    failed: l10n.t("Failed, or waiting for consent"),
    lagging: l10n.t("Lagging"),
    stopped: l10n.t("Stopped or paused"),
  };
  const groupNames: Record<Grouping, string> = {
    group: l10n.t("Group in the settings"),
    folder: l10n.t("Folder"),
    parser: l10n.t("Parser"),
    type: l10n.t("Kind of source"),
    none: l10n.t("No groups"),
  };
  const tell = (): void =>
    void vscode.commands.executeCommand("setContext", CONTEXT.filtered, filter !== "all");
  const set = async (next: { by?: Grouping; filter?: Filter }): Promise<void> => {
    ({ by = by, filter = filter } = next);
    tell();
    changed.fire();
    await memento.update(BY, by);
    await memento.update(ONLY, filter);
  };
  /** In words, too: a sign is not read out in the language of the window. */
  const entry = (label: string, chosen: boolean, ...about: readonly string[]): vscode.QuickPickItem => ({
    label,
    description: [...about, ...(chosen ? [l10n.t("in use")] : [])].join(" · "),
    ...(chosen ? { iconPath: new vscode.ThemeIcon("check") } : {}),
  });
  tell();

  return {
    onChange: changed.event,
    rows(snapshot, wishes) {
      const kept = passing(snapshot, filter);
      all = snapshot.sources.length;
      shown = kept.size;
      const placed = sourceRows(snapshot, texts, wishes).flatMap((row, at) => {
        const source = snapshot.sources[at];
        const files = kept.get(row.source ?? "");
        if (!source || !files) return [];
        return [{ source, row: { ...row, rows: row.rows.filter(({ path = "" }) => files.has(path)) } }];
      });
      return groupRows(placed, by, (folder) => vscode.workspace.asRelativePath(folder), texts);
    },
    sign() {
      if (filter === "all" || all === 0) return undefined;
      return {
        title: l10n.t("{0} of {1}", shown, all),
        message: l10n.t("Filter: {0}. Hidden logs: {1} of {2}.", filterNames[filter], all - shown, all),
      };
    },
    handlers: (snapshot) => ({
      async "logMonitor.filterLogs"() {
        const now = snapshot();
        const items = FILTERS.map((value) => ({
          value,
          ...entry(filterNames[value], value === filter, ...(now ? [String(passing(now, value).size)] : [])),
        }));
        const chosen = await vscode.window.showQuickPick(items, { title: l10n.t("Filter Logs by State") });
        if (chosen) await set({ filter: chosen.value });
      },
      "logMonitor.showAllLogs": () => set({ filter: "all" }),
      async "logMonitor.groupLogs"() {
        const items = GROUPINGS.map((value) => ({ value, ...entry(groupNames[value], value === by) }));
        const chosen = await vscode.window.showQuickPick(items, { title: l10n.t("Group Logs by") });
        if (chosen) await set({ by: chosen.value });
      },
    }),
    dispose: () => own.dispose(),
  };
}

function oneOf<T>(known: readonly T[], value: unknown, otherwise: T): T {
  return known.find((one) => one === value) ?? otherwise;
}
