import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import { createThrottle } from "../lib/throttle.ts";
import type { EngineHost } from "./engine-host.ts";
import { plain } from "./markdown.ts";
import type { Standing } from "./standing.ts";
import { statusText } from "./status-text.ts";
import { texts } from "./texts.ts";

/** One item, on the left: rate and errors of all logs; a click opens the dashboard. It never pops up anything. */
export function createStatus(
  engine: EngineHost,
  faults: () => readonly Standing[],
): Disposable & { draw(): void } {
  const own = createDisposables();
  const item = own.add(vscode.window.createStatusBarItem("logMonitor", vscode.StatusBarAlignment.Left, 10));
  item.name = "Log Monitor";
  item.command = "logMonitor.openDashboard";
  let tooltip = "";
  const draw = (): void => {
    const status = statusText(engine.snapshot, faults(), texts);
    if (!status) {
      item.hide();
      return;
    }
    item.text = status.text;
    const settings = faults().some(({ setting }) => setting);
    const key = `${settings}\n${status.lines.join("\n")}`;
    // A tooltip that is open is drawn anew, and loses the pointer, each time it is set.
    if (key !== tooltip) item.tooltip = tooltipOf(status.lines, settings);
    tooltip = key;
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

/** The lines, and below them the way to the settings where a setting is what has to be mended. */
function tooltipOf(lines: readonly string[], settings: boolean): vscode.MarkdownString {
  const command = "logMonitor.openConfiguration";
  const link = `[${vscode.l10n.t("Open Configuration")}](command:${command})`;
  const text = lines.map(plain).join("  \n");
  const tooltip = new vscode.MarkdownString(settings ? `${text}\n\n${link}` : text);
  tooltip.isTrusted = { enabledCommands: [command] };
  return tooltip;
}
