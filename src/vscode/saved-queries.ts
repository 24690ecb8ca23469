import * as vscode from "vscode";
import type { Disposable } from "../lib/disposables.ts";
import { type NamedQuery, readSavedQueries } from "../protocol/saved-queries.ts";

const [SECTION, KEY] = ["logMonitor", "queries"];

/** The searches that are saved in the settings. */
export interface SavedQueries {
  /** By name. */
  all(): NamedQuery[];
  onChange(changed: () => void): Disposable;
}

export const savedQueries: SavedQueries = {
  all() {
    const setting = vscode.workspace.getConfiguration(SECTION, null).get(KEY);
    return readSavedQueries(setting).sort((a, b) => a.name.localeCompare(b.name));
  },
  onChange: (changed) =>
    vscode.workspace.onDidChangeConfiguration(
      (event) => event.affectsConfiguration(`${SECTION}.${KEY}`) && changed(),
    ),
};
