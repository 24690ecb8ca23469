import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import { createSync } from "../lib/sync.ts";
import type { SinkDraft } from "../protocol/engine.ts";
import type { EngineHost } from "./engine-host.ts";
import { createTrialView } from "./try-preview.ts";

/** Ms of silence before what is looked at, or was typed, is shown. */
const PAUSE = 150;

/** What a sink that is being put together would be sent, in an editor below the questions. */
export interface Sent extends Disposable {
  /**
   * Shows it, in a while: of several wishes the last one counts, and what is no sink leaves what is shown.
   * @param rows as `TrialView`
   */
  show(draft: SinkDraft, rows: number): void;
}

/** Where no log is watched nothing is shown. */
export function createSent(engine: Pick<EngineHost, "call" | "snapshot">): Sent {
  const own = createDisposables();
  const { l10n } = vscode;
  const view = own.add(createTrialView(l10n.t("What would be sent")));
  const words = {
    sent: l10n.t("{0} of the last {1} records, as they would be sent"),
    unsent: l10n.t("Not sent: {0}"),
    more: l10n.t("and {0} more"),
    nothing: l10n.t("No line is there yet that could be sent"),
    unfolded: l10n.t("line breaks were added"),
    unparsed: l10n.t("it did not parse (unparsed: skip)"),
    fieldless: l10n.t("it has none of the sink's fields"),
    empty: l10n.t("nothing of it can be sent"),
    unseen: l10n.t("Sinks of the type {0} have no preview"),
  };
  let wanted: { readonly draft: SinkDraft; readonly rows: number } | undefined;
  const sync = own.add(
    createSync(async () => {
      if (!wanted) return;
      const { draft, rows } = wanted;
      const preview = await engine.call("previewDraft", { ...draft, words });
      if (preview) await view.show(preview, rows);
    }, PAUSE),
  );
  return {
    show(draft, rows) {
      if (!engine.snapshot?.sources.length) return;
      wanted = { draft, rows };
      // The questions can be answered without it.
      sync.request().catch(() => undefined);
    },
    dispose: () => own.dispose(),
  };
}
