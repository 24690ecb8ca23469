import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import { checkpointTable } from "./checkpoint-table.ts";
import type { EngineHost } from "./engine-host.ts";
import { texts } from "./texts.ts";

const SCHEME = "log-monitor";

/** A read-only document with the checkpoints as they are when it is shown. */
export function createCheckpointsDocument(engine: EngineHost): Disposable & { show(): Promise<void> } {
  const own = createDisposables();
  const changed = own.add(new vscode.EventEmitter<vscode.Uri>());
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${vscode.l10n.t("Checkpoints")}.txt` });
  own.add(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: async () =>
        checkpointTable(await engine.call("checkpoints", undefined), texts),
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
