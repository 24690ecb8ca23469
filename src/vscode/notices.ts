import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import { createThrottle } from "../lib/throttle.ts";
import type { EngineHost } from "./engine-host.ts";
import type { Standing } from "./standing.ts";

/** The standing faults above the tree, and the badge: errors since the tree was last seen. */
export function createNotices(
  view: vscode.TreeView<unknown>,
  engine: EngineHost,
  faults: () => readonly Standing[],
): Disposable & { draw(): void } {
  const own = createDisposables();
  let seen = 0;
  let message: string | undefined;
  let badge = 0;

  const draw = (): void => {
    const text = faults()
      .map((fault) => fault.message)
      .join("\n");
    if (text !== (message ?? "")) {
      message = text || undefined;
      // An empty string hides the message; the type knows no undefined.
      view.message = text;
    }
    const errors = engine.snapshot?.totals.errors ?? 0;
    // Counters begin anew with each run of the engine.
    if (view.visible || errors < seen) seen = view.visible ? errors : 0;
    const unseen = errors - seen;
    if (unseen === badge) return;
    badge = unseen;
    view.badge =
      unseen > 0
        ? { value: unseen, tooltip: vscode.l10n.t("{0} new errors in the logs", unseen.toLocaleString()) }
        : undefined;
  };

  const throttled = own.add(createThrottle(draw, 1000));
  own.add(engine.onSnapshot(() => throttled.request()));
  own.add(view.onDidChangeVisibility(() => throttled.request()));
  return { draw: () => throttled.request(), dispose: () => own.dispose() };
}
