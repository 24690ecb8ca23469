import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { freePort } from "../helpers/port.ts";
import { openWorkbench, type Workbench } from "../helpers/vscode-workbench.ts";

/** A log in `folder` that a window watches from its start. */
export const watchedLog = (folder: string): string => join(folder, "app.log");

/** Opens a window that watches the log of a folder, with its lines in the log view. */
export async function openLogWindow(folder: string): Promise<{ workbench: Workbench; page: Frame }> {
  mkdirSync(join(folder, ".vscode"));
  const settings = {
    "logMonitor.monitor": { port: await freePort() },
    "logMonitor.sources": { app: { type: "file", paths: ["app.log"], parser: "nginx", from: "start" } },
  };
  writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
  const workbench = await openWorkbench({ folder, viewport: { width: 1280, height: 900 } });
  try {
    await workbench.openContainer("Log Monitor");
    await workbench.treeRow("app.log");
    await workbench.command("Log Monitor: Open Log View");
    return { workbench, page: await workbench.webview("main .list") };
  } catch (error) {
    await workbench.stop();
    throw error;
  }
}
