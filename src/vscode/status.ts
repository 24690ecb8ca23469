import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import { createThrottle } from "../lib/throttle.ts";
import type { EngineHost } from "./engine-host.ts";
import type { Standing } from "./standing.ts";
import { statusText } from "./status-text.ts";

/** One item, on the left: rate and errors of all logs; a click opens the dashboard. It never pops up anything. */
export function createStatus(
  engine: EngineHost,
  faults: () => readonly Standing[],
): Disposable & { draw(): void } {
  const own = createDisposables();
  const item = own.add(vscode.window.createStatusBarItem("logMonitor", vscode.StatusBarAlignment.Left, 10));
  item.name = "Log Monitor";
  item.command = "logMonitor.openDashboard";
  const draw = (): void => {
    const status = statusText(engine.snapshot, faults(), vscode.l10n);
    if (!status) {
      item.hide();
      return;
    }
    item.text = status.text;
    item.tooltip = status.lines.join("\n");
    item.accessibilityInformation = { label: status.spoken };
    item.backgroundColor = status.failed
      ? new vscode.ThemeColor("statusBarItem.warningBackground")
      : undefined;
    item.show();
  };
  const throttled = own.add(createThrottle(draw, 1000));
  own.add(engine.onSnapshot(() => throttled.request()));
  return { draw: () => throttled.request(), dispose: () => own.dispose() };
}
