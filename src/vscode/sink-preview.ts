import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { EngineHost } from "./engine-host.ts";

const SCHEME = "log-monitor-preview";

/** Read-only documents with the newest records as a sink would be sent them, as they are when one is shown. */
export interface Previews extends Disposable {
  show(sink: string): Promise<void>;
}

export function createPreviews(engine: EngineHost): Previews {
  const own = createDisposables();
  const changed = own.add(new vscode.EventEmitter<vscode.Uri>());
  const texts = new Map<string, string>();
  own.add(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      // A window that was reloaded shows its documents again.
      provideTextDocumentContent: async (uri) =>
        texts.get(uri.query) ?? (await engine.call("previewSink", { sink: uri.query })).text,
    }),
  );
  own.add(
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme === SCHEME) texts.delete(uri.query);
    }),
  );
  return {
    async show(sink) {
      const { text } = await engine.call("previewSink", { sink });
      const path = `/${vscode.l10n.t("Preview of {0}", sink.replaceAll("/", "-"))}.txt`;
      const uri = vscode.Uri.from({ scheme: SCHEME, path, query: sink });
      texts.set(sink, text);
      changed.fire(uri);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    },
    dispose: () => own.dispose(),
  };
}
