import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { freePort } from "../helpers/port.ts";
import { until } from "../helpers/until.ts";
import { openWorkbench, type Workbench } from "../helpers/vscode-workbench.ts";

/** A log in `folder` that a window watches from its start. */
export const watchedLog = (folder: string): string => join(folder, "app.log");

export interface Opened {
  readonly workbench: Workbench;
  readonly page: Frame;
  /** Of the monitor. */
  readonly port: number;
}

interface Options {
  /** Of the workspace, beside those of the log and the monitor. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The port on which the extension host is to be inspected. */
  readonly inspect?: number;
}

/** Opens a window that watches the log of a folder, with its lines in the log view. */
export function openLogWindow(folder: string, options: Options = {}): Promise<Opened> {
  return openWindow(folder, "Log Monitor: Open Log View", "main .list", options);
}

/** The same with the dashboard, whose history is in a data folder. */
export function openDashboardWindow(folder: string, dataDir: string): Promise<Opened> {
  // Row (m) is about the dashboard alone.
  const settings = { "logMonitor.dataDir": dataDir, "logMonitor.dashboard.openLogView": false };
  return openWindow(folder, "Log Monitor: Open Dashboard", "main .figures", { settings });
}

/** Waits until the log view tells of so many lines. */
export async function linesShown(page: Frame, count: number): Promise<void> {
  const state = page.locator(".state");
  // The first number of its text, however its digits are grouped; 0 without one.
  const shown = async () =>
    Number(/[\d,.\u00a0]+/.exec((await state.textContent()) ?? "")?.[0].replace(/\D/g, ""));
  await until(async () => (await shown()) >= count, { timeout: 120_000, what: `${count} lines` });
}

async function openWindow(folder: string, command: string, sign: string, options: Options): Promise<Opened> {
  mkdirSync(join(folder, ".vscode"));
  const port = await freePort();
  const settings = {
    ...options.settings,
    "logMonitor.monitor": { port },
    "logMonitor.sources": { app: { type: "file", paths: ["app.log"], parser: "nginx", from: "start" } },
  };
  writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
  const { inspect } = options;
  const viewport = { width: 1280, height: 900 };
  const workbench = await openWorkbench({ folder, viewport, ...(inspect && { inspect }) });
  try {
    await workbench.openContainer("Log Monitor");
    await workbench.treeRow("app.log");
    await workbench.command(command);
    return { workbench, page: await workbench.webview(sign), port };
  } catch (error) {
    await workbench.stop();
    throw error;
  }
}
