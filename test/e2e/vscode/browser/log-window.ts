import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame, Page } from "playwright-core";
import { freePort } from "../../../helpers/port.ts";
import { until } from "../../../helpers/until.ts";
import { openWorkbench, type Workbench, type WorkbenchOptions } from "../../../helpers/vscode-workbench.ts";

/** How long a page may take for what it was asked, and how often it is looked at (ms). */
const PATIENCE = { timeout: 60_000, every: 100 };

/** The log `logs/app.log` of JSON records. */
export interface AppLog {
  readonly path: string;
  /** How many lines were written. */
  written(): number;
  /** Appends so many lines of now. */
  write(count: number): void;
}

/**
 * Writes a log of so many lines, ten a second up to now.
 * @param lineOf the text of a line by its number and its time (ms since the epoch)
 * @param earlier by how much (ms) a line is older than that
 */
export function createAppLog(
  folder: string,
  count: number,
  lineOf: (number: number, time: number) => string,
  earlier: (number: number) => number = () => 0,
): AppLog {
  const path = join(folder, "logs", "app.log");
  let written = 0;
  const append = (count: number, timeOf: (number: number) => number): void => {
    let text = "";
    for (const end = written + count; written < end; written++)
      text += `${lineOf(written, timeOf(written))}\n`;
    appendFileSync(path, text);
  };
  mkdirSync(join(folder, "logs"));
  const end = Date.now() - 1000;
  append(count, (number) => end - earlier(number) - (count - number) * 100);
  return {
    path,
    written: () => written,
    write(count) {
      const now = Date.now();
      append(count, () => now);
    },
  };
}

export interface WatchedWindow {
  readonly workbench: Workbench;
  /** What its pages did that they must not, so far. */
  readonly faults: string[];
}

type WindowOptions = Pick<WorkbenchOptions, "viewport" | "toasts">;

/** Opens VS Code on the folder of a log of `createAppLog`, and follows it from its start. @param more options of it */
export function openOnAppLog(
  folder: string,
  more: Readonly<Record<string, unknown>> = {},
  options: WindowOptions = {},
): Promise<WatchedWindow> {
  const app = { type: "file", paths: ["logs/app.log"], parser: "json", from: "start", ...more };
  return openWatched(folder, { "logMonitor.sources": { app } }, options);
}

/** Opens VS Code on a folder with these settings of its workspace and a monitor on a port of its own. */
export async function openWatched(
  folder: string,
  settings: Record<string, unknown>,
  { viewport = { width: 1280, height: 900 }, toasts }: WindowOptions = {},
): Promise<WatchedWindow> {
  const all = { "logMonitor.monitor": { port: await freePort() }, ...settings };
  mkdirSync(join(folder, ".vscode"), { recursive: true });
  writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(all));
  const workbench = await openWorkbench({ folder, viewport, ...(toasts && { toasts }) });
  return { workbench, faults: faultsOf(workbench.page) };
}

function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`${error.name}: ${error.message}`));
  page.on("console", (message) => {
    // The window has errors of its own: files that the web build's package lacks, complaints about reloads.
    const { url } = message.location();
    const ours = /vscode-resource|\/webview\//.test(url) || /Content Security Policy/i.test(message.text());
    if (message.type() === "error" && ours) faults.push(`${message.text()} (${url})`);
  });
  return faults;
}

/** Opens the log view by its command, once the tree shows the log `name`. */
export async function openLogView(workbench: Workbench, name = "app.log"): Promise<Frame> {
  await workbench.openContainer("Log Monitor");
  await workbench.treeRow(name);
  await workbench.command("Log Monitor: Open Log View");
  return workbench.webview("main .list");
}

/** Waits until an element says what fits: begins with a text, or matches a pattern. */
export async function says(frame: Frame, selector: string, text: string | RegExp): Promise<void> {
  let seen = "";
  const fits = async () => {
    seen = (await frame.locator(selector).textContent()) ?? "";
    return typeof text === "string" ? seen.startsWith(text) : text.test(seen);
  };
  await until(fits, {
    ...PATIENCE,
    what: () => `${selector} to say ${text} instead of ${JSON.stringify(seen)}`,
  });
}

/** The rows in sight, and where (CSS pixels) they stand. */
export async function rowsInSight(frame: Frame) {
  const pane = await frame.locator(".pane").evaluate((one) => {
    const { top, height } = one.getBoundingClientRect();
    return { top, height };
  });
  const rows = await frame.locator(".body .row").evaluateAll((all) =>
    all.map((one) => ({
      top: Math.round(one.getBoundingClientRect().top),
      bottom: Math.round(one.getBoundingClientRect().bottom),
      text: one.textContent,
      active: one.classList.contains("active"),
      busy: one.hasAttribute("aria-busy"),
    })),
  );
  return rows.filter(({ top, bottom }) => bottom > pane.top + 1 && top < pane.top + pane.height - 1);
}
