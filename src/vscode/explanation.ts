import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { ConfigInput } from "../protocol/engine.ts";
import { explanationText } from "../protocol/explain.ts";
import type { EngineHost } from "./engine-host.ts";
import { configFile } from "./whereabouts.ts";

const SCHEME = "log-monitor-configuration";

/** A read-only document that names the origin of every value in force, as they are when it is shown. */
export function createExplanationDocument(engine: EngineHost): Disposable & { show(): Promise<void> } {
  const own = createDisposables();
  const changed = own.add(new vscode.EventEmitter<vscode.Uri>());
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${vscode.l10n.t("Configuration")}.txt` });
  own.add(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: async () =>
        explanationText(await engine.call("explain", undefined), vscode.l10n.t),
    }),
  );
  return {
    async show() {
      changed.fire(uri);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    },
    dispose: () => own.dispose(),
  };
}

/**
 * Opens today's form of a configuration file of the old layouts, to be looked at and saved beside the old one.
 * @param path the old file; else that of the settings, else one that the user picks
 */
export async function convertConfiguration(
  engine: EngineHost,
  input: ConfigInput,
  path: string | undefined,
): Promise<void> {
  if (!vscode.workspace.isTrusted)
    throw new UserError(vscode.l10n.t("In Restricted Mode no configuration file is read."));
  const file = path ?? configFile(input) ?? (await pick());
  if (file === undefined) return;
  const { text, warnings } = await engine.call("convert", { file });
  const notes = warnings.map((warning) => `# ${warning}\n`).join("");
  const document = await vscode.workspace.openTextDocument({ language: "yaml", content: notes + text });
  await vscode.window.showTextDocument(document);
}

async function pick(): Promise<string | undefined> {
  const title = vscode.l10n.t("Convert a configuration file of the old layout");
  const filters = { [vscode.l10n.t("Configuration")]: ["yaml", "yml", "json"] };
  return (await vscode.window.showOpenDialog({ title, filters }))?.[0]?.fsPath;
}
