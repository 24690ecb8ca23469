import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { freePort } from "../helpers/port.ts";
import { openWorkbench, type Workbench } from "../helpers/vscode-workbench.ts";

/** A log in `folder` that a window watches from its start. */
export const watchedLog = (folder: string): string => join(folder, "app.log");

interface Opened {
  readonly workbench: Workbench;
  readonly page: Frame;
}

/** Opens a window that watches the log of a folder, with its lines in the log view. */
export function openLogWindow(folder: string): Promise<Opened> {
  return openWindow(folder, "Log Monitor: Open Log View", "main .list");
}

/** The same with the dashboard, whose history is in a data folder. */
export function openDashboardWindow(folder: string, dataDir: string): Promise<Opened> {
  return openWindow(folder, "Log Monitor: Open Dashboard", "main .figures", {
    "logMonitor.dataDir": dataDir,
  });
}

async function openWindow(folder: string, command: string, sign: string, more = {}): Promise<Opened> {
  mkdirSync(join(folder, ".vscode"));
  const settings = {
    ...more,
    "logMonitor.monitor": { port: await freePort() },
    "logMonitor.sources": { app: { type: "file", paths: ["app.log"], parser: "nginx", from: "start" } },
  };
  writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
  const workbench = await openWorkbench({ folder, viewport: { width: 1280, height: 900 } });
  try {
    await workbench.openContainer("Log Monitor");
    await workbench.treeRow("app.log");
    await workbench.command(command);
    return { workbench, page: await workbench.webview(sign) };
  } catch (error) {
    await workbench.stop();
    throw error;
  }
}
