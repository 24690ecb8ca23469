import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import { createThrottle } from "../lib/throttle.ts";
import type { EngineHost } from "./engine-host.ts";
import type { Standing } from "./standing.ts";
import { texts } from "./texts.ts";
import { createUnseen } from "./unseen.ts";

/** The standing faults above the tree, that rows are hidden, and the badge: errors since the tree was last seen. */
export function createNotices(
  view: vscode.TreeView<unknown>,
  engine: EngineHost,
  faults: () => readonly Standing[],
  sign: () => { readonly title: string; readonly message: string } | undefined,
): Disposable & { draw(): void } {
  const own = createDisposables();
  const unseen = createUnseen();
  let message: string | undefined;
  let badge = 0;

  const draw = (): void => {
    const hidden = sign();
    view.description = hidden?.title ?? "";
    const text = [...faults().map((fault) => fault.message), ...(hidden ? [hidden.message] : [])].join("\n");
    if (text !== (message ?? "")) {
      message = text || undefined;
      // An empty string hides the message; the type knows no undefined.
      view.message = text;
    }
    const value = unseen.count(engine.snapshot?.totals.errors ?? 0, view.visible);
    if (value === badge) return;
    badge = value;
    const tooltip = vscode.l10n.t("New errors in the logs: {0}", texts.whole(value));
    view.badge = value > 0 ? { value, tooltip } : undefined;
  };

  const throttled = own.add(createThrottle(draw, 1000));
  own.add(engine.onSnapshot(() => throttled.request()));
  own.add(view.onDidChangeVisibility(() => throttled.request()));
  return { draw: () => throttled.request(), dispose: () => own.dispose() };
}
