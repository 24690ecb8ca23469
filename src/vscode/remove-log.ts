import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { ConfigInput } from "../protocol/engine.ts";
import { type SettingsTools, writeEntry } from "./settings-entry.ts";
import { homeOf } from "./source-settings.ts";
import { layersWith, ownPath } from "./whereabouts.ts";

/**
 * Takes a source out of the settings, wherever they have it: the opposite of adding a log. Its file, its history
 * and its position stay, so that it goes on where it was when it is added again.
 * @throws UserError when the settings don't have it, but a configuration file or etcd does
 */
export async function removeSource(id: string, input: ConfigInput, tools: SettingsTools): Promise<void> {
  const layers = layersWith(["sources", id], input);
  if (layers.length === 0) {
    throw new UserError(
      vscode.l10n.t(
        "{0} is in the configuration file or in etcd: take it out there. Explain Configuration shows where.",
        id,
      ),
    );
  }
  for (const layer of layers) {
    const [, own = id] = ownPath(["sources", id], layer);
    const home = homeOf(layer);
    if (home) await writeEntry(tools, home, "sources", own, undefined);
  }
}
