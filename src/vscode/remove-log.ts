import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { ConfigInput, Layer } from "../protocol/engine.ts";
import { layersWith, ownPath } from "./whereabouts.ts";

/**
 * Takes a source out of the settings, wherever they have it: the opposite of adding a log. Its file, its history
 * and its position stay, so that it goes on where it was when it is added again.
 * @throws UserError when the settings don't have it, but a configuration file or etcd does
 */
export async function removeSource(id: string, input: ConfigInput): Promise<void> {
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
    const { target, scope } = homeOf(layer);
    const { sources } = layer.values as { readonly sources: Readonly<Record<string, unknown>> };
    const rest = Object.fromEntries(Object.entries(sources).filter(([name]) => name !== own));
    const settings = vscode.workspace.getConfiguration("logMonitor", scope ?? null);
    await settings.update("sources", Object.keys(rest).length > 0 ? rest : undefined, target);
  }
}

function homeOf({ origin, folder }: Layer): { target: vscode.ConfigurationTarget; scope?: vscode.Uri } {
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const home = vscode.workspace.workspaceFolders?.find(({ name }) => name === folder);
  if (origin === "folder" && home) return { target: WorkspaceFolder, scope: home.uri };
  return { target: origin === "user" ? Global : Workspace };
}
