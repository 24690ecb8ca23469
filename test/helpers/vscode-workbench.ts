import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame, Locator, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { pressResting } from "./press.ts";
import { inThemes, type Theme, themes } from "./themes.ts";
import { watchToasts } from "./toast-spy.ts";
import { until } from "./until.ts";
import { artefacts, repository } from "./vscode-paths.ts";
import { ANY_PORT, type Entry, installVsix, startVSCode, type VSCodeServer } from "./vscode-server.ts";

/** How long (ms) a window may take to do what it was asked, on a machine that has other things to do. */
const PATIENCE = 60_000;

export type { Theme } from "./themes.ts";

export interface WorkbenchOptions {
  /** The folder or .code-workspace file to open, or the address of a folder of another file system. */
  folder: string;
  /** Folder of the extension under development; the repository by default unless there is a `vsix`. */
  extension?: string | null;
  /** An extension file to install as a user would, by the command line of what is started. */
  vsix?: string;
  /** `server` by default. */
  entry?: Entry;
  /** User settings. */
  settings?: Record<string, unknown>;
  theme?: Theme;
  /** False opens the folder in Restricted Mode. */
  trust?: boolean;
  env?: NodeJS.ProcessEnv;
  /** The display language, as a language pack would set it for extensions; the editor's own texts stay English. */
  language?: string;
  /** In CSS pixels; 1280 × 800 by default. */
  viewport?: { width: number; height: number };
  /** The port of this machine on which Node's inspector of the extension host is to listen. */
  inspect?: number;
  /** The notifications and dialogs that the tests ask for by what they do. */
  toasts?: readonly RegExp[];
}

/** VS Code in a browser, with the gestures tests need. Waiting gestures fail after `timeout` ms (a minute). */
export interface Workbench {
  readonly page: Page;
  readonly server: VSCodeServer;
  /** What the page and the extension host wrote to their consoles. */
  console(): string[];
  /** Runs a command by its title in the palette, e.g. "Log Monitor: Open Dashboard". */
  command(title: string): Promise<void>;
  /** Types `label` into the open quick pick or input box and takes the entry that shows it. */
  pick(label: string): Promise<void>;
  /** Runs a command that asks something, and takes the entry that shows `label`. */
  ask(title: string, label: string): Promise<void>;
  /** Opens a view container by its title in the activity bar. */
  openContainer(title: string): Promise<void>;
  /** The row of a tree view that shows `text`, once it is there. */
  treeRow(text: string | RegExp, timeout?: number): Promise<Locator>;
  /** Presses, once, what a row of a tree offers while the mouse is over it. */
  rowAction(text: string | RegExp, label: string): Promise<void>;
  /** The inner frame of the webview in which `selector` matches, once it is there. */
  webview(selector: string, timeout?: number): Promise<Frame>;
  /**
   * Replaces the user settings and reloads the window: the web build notices only changes of workspace
   * settings by itself. The theme stays unless it is among them.
   */
  setSettings(settings: Record<string, unknown>): Promise<void>;
  /** Switches the colour theme and waits until the window and its pages show it. */
  setTheme(theme: Theme): Promise<void>;
  /** Reloads the window, as "Developer: Reload Window" does. */
  reload(): Promise<void>;
  /** Keeps a picture of the window as artefacts/NAME.png and returns its path. */
  screenshot(name: string): Promise<string>;
  /**
   * Shows the window in one theme after the other and then as before, by its folder's settings: what is open stays so,
   * which the picker of `setTheme` would close.
   */
  inThemes(look: (theme: Theme) => Promise<unknown>): Promise<void>;
  /** Keeps a picture of the window in each theme, as artefacts/NAME-THEME.png. */
  pictures(name: string): Promise<void>;
  /** @throws once, when it showed a notification that is not among `toasts`, or one of these never */
  stop(): Promise<void>;
}

/** Starts VS Code on a folder with the extension loaded and returns once its window is ready. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "log-monitor-vscode-")));
  const release: (() => Promise<void> | void)[] = [
    () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }),
  ];
  const stop = async () => {
    for (const step of release.splice(0).reverse()) await step();
  };
  try {
    let settings = options.settings ?? {};
    let theme: Theme = options.theme ?? "dark";
    const all = () => ({ "workbench.colorTheme": themes[theme].id, ...ANY_PORT, ...settings });
    const extensionsDir = join(home, "extensions");
    const { entry, vsix } = options;
    if (vsix) await installVsix(vsix, extensionsDir, home, entry);

    const server = await startVSCode({
      entry,
      home,
      extensionsDir,
      settings: all(),
      workspaceTrust: options.trust === false,
      automation: true,
      env: options.env ?? {},
    });
    release.push(server.stop);
    const browser = await launchBrowser();
    release.push(() => browser.close());
    const viewport = options.viewport ?? { width: 1280, height: 800 };
    const page = await browser.newPage({ viewport, colorScheme: theme === "light" ? "light" : "dark" });
    page.setDefaultTimeout(PATIENCE);
    if (options.language)
      await page.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(options.language)}`);
    const toasts = await watchToasts(page, options.toasts ?? []);
    const lines: string[] = [];
    page.on("console", (message) => lines.push(`${message.type()}: ${message.text()}`));

    const payload: [string, string][] = [["skipWelcome", "true"]];
    const extension = options.extension === undefined && !vsix ? repository : options.extension;
    if (extension) payload.push(["extensionDevelopmentPath", server.remoteExtension(extension)]);
    if (options.inspect) payload.push(["inspect-extensions", String(options.inspect)]);
    await page.goto(server.address(options.folder, payload));
    await ready(page);
    const reload = async () => {
      await page.reload();
      await ready(page);
    };

    const screenshot = async (name: string) => {
      mkdirSync(artefacts, { recursive: true });
      const path = join(artefacts, `${name}.png`);
      await page.screenshot({ path });
      return path;
    };
    /** Keeps a picture of the window when a gesture fails. */
    const witness = async <T>(gesture: Promise<T>): Promise<T> => {
      try {
        return await gesture;
      } catch (error) {
        const name = `failed-${new Date().toISOString().replaceAll(/\D/g, "")}`;
        const picture = await screenshot(name).catch((reason) => `none (${reason})`);
        throw new Error(`${error instanceof Error ? error.message : error}\nPicture: ${picture}`, {
          cause: error,
        });
      }
    };

    return {
      page,
      server,
      console: () => lines,
      command: (title) => witness(runCommand(page, title)),
      pick: (label) => witness(pick(page, label)),
      ask: (title, label) => witness(ask(page, title, label)),
      openContainer: (title) => witness(openContainer(page, title)),
      treeRow: (text, timeout = PATIENCE) => witness(treeRow(page, text, timeout)),
      rowAction: (text, label) => witness(rowAction(page, text, label)),
      webview: (selector, timeout = PATIENCE) => witness(webview(page, selector, timeout)),
      async setSettings(next) {
        settings = next;
        server.writeSettings(all());
        await reload();
      },
      async setTheme(next) {
        theme = next;
        await witness(switchTheme(page, themes[next], join(server.userDataDir, "User", "settings.json")));
      },
      reload,
      screenshot,
      inThemes: (look) => witness(inThemes(page, options.folder, theme, look)),
      pictures: (name) =>
        witness(inThemes(page, options.folder, theme, (shown) => screenshot(`${name}-${shown}`))),
      async stop() {
        const { unasked, missing } = await toasts.end();
        await stop();
        const faults = [...unasked, ...missing];
        if (faults.length > 0) throw new Error(faults.join("\n"));
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits until the window is drawn and its extensions are known. */
async function ready(page: Page): Promise<void> {
  await page
    .locator(".monaco-workbench .part.statusbar .statusbar-item")
    .first()
    .waitFor({ timeout: PATIENCE });
  await page
    .locator(".monaco-workbench .part.activitybar .action-item")
    .first()
    .waitFor({ timeout: PATIENCE });
}

async function runCommand(page: Page, title: string): Promise<void> {
  const input = page.locator(".quick-input-widget .quick-input-box input");
  const row = page.locator(".quick-input-list .monaco-list-row").filter({ hasText: title }).first();
  let patience = 1000;
  await until(
    async () => {
      // The palette closes itself when the focus moves, as it does while the window starts.
      if (await input.isVisible()) await page.keyboard.press("Escape");
      await page.keyboard.press("F1");
      // What is filled in anew is looked for anew, which takes a slow machine longer each time.
      patience = Math.min(2 * patience, 16_000);
      await input.fill(`>${title}`, { timeout: 2000 });
      await row.click({ timeout: patience }).catch(async (error: unknown) => {
        const [last = ""] = String(error).split("retrying click action").slice(-1);
        const value = await input.inputValue({ timeout: 1000 }).catch(() => "");
        // It was pressed, and told of too late: what is open now is what the command asks, or nothing. Once more
        // would close, or open, a second editor.
        if (!last.includes("performing click action") || value === `>${title}`) throw error;
      });
      return true;
    },
    { timeout: 2 * PATIENCE, every: 200, what: `the command "${title}"` },
  );
}

async function pick(page: Page, label: string, timeout = PATIENCE): Promise<void> {
  const input = page.locator(".quick-input-widget .quick-input-box input");
  const rows = page.locator(".quick-input-list .monaco-list-row");
  await input.fill(label, { timeout });
  const row = rows.filter({ hasText: label }).first();
  await row.click({ timeout });
}

async function ask(page: Page, title: string, label: string): Promise<void> {
  const input = page.locator(".quick-input-widget .quick-input-box input");
  await runCommand(page, title);
  await until(
    async () => {
      try {
        await pick(page, label, PATIENCE / 6);
        return true;
      } catch (error) {
        // It closes itself when a page hears late that the palette gave the focus back to it.
        if (!(await input.isVisible())) await runCommand(page, title);
        throw error;
      }
    },
    { timeout: 2 * PATIENCE, every: 200, what: `"${label}" where "${title}" asks` },
  );
}

async function openContainer(page: Page, title: string): Promise<void> {
  const icon = page
    .locator(`.activitybar .action-item a[aria-label^="${title}"]`)
    .filter({ visible: true })
    .first();
  await icon.click({ timeout: PATIENCE });
}

async function treeRow(page: Page, text: string | RegExp, timeout: number): Promise<Locator> {
  const row = page.locator(".pane-body .monaco-list-row").filter({ hasText: text }).first();
  await row.waitFor({ timeout });
  return row;
}

/** As long (ms) as a finger presses. */
const PRESS = 80;

async function rowAction(page: Page, text: string | RegExp, label: string): Promise<void> {
  const row = await treeRow(page, text, PATIENCE);
  const action = row.locator(`.action-label[aria-label^='${label}']`);
  await pressResting(row, action, `the button "${label}" of ${text}`, PRESS);
}

async function switchTheme(
  page: Page,
  { id, label, css }: (typeof themes)[Theme],
  settings: string,
): Promise<void> {
  await until(
    async () => {
      try {
        await runCommand(page, "Preferences: Color Theme");
        await pick(page, label, PATIENCE / 6);
        return true;
      } catch (error) {
        // The picker closes itself when an editor that is still being opened takes the focus.
        await page.keyboard.press("Escape");
        throw error;
      }
    },
    { timeout: 2 * PATIENCE, every: 200, what: `the theme ${label} to be picked` },
  );
  await page.locator(`.monaco-workbench.${css}`).waitFor({ timeout: PATIENCE });
  // The picker shows a theme before it stores the choice; the web build's default is not stored.
  const stored = () => JSON.parse(readFileSync(settings, "utf8"))["workbench.colorTheme"] ?? themes.light.id;
  await until(() => stored() === id, { what: `the theme ${label} to be stored`, timeout: PATIENCE });
  // Pages are told of it after the window shows it.
  await until(() => inPages(page, id), { what: `the theme ${label} in all pages`, timeout: PATIENCE });
}

/** Whether no page shows another theme. */
async function inPages(page: Page, id: string): Promise<boolean> {
  const shown = await Promise.all(
    page
      .frames()
      .map((frame) => frame.evaluate("document.body?.dataset.vscodeThemeId").catch(() => undefined)),
  );
  return shown.every((one) => one === undefined || one === id);
}

async function webview(page: Page, selector: string, timeout: number): Promise<Frame> {
  return until(
    async () => {
      for (const frame of page.frames()) {
        if (frame.name() !== "active-frame" && !frame.parentFrame()?.parentFrame()) continue;
        if (await frame.locator(selector).count()) return frame;
      }
      return undefined;
    },
    { timeout, every: 100, what: `a webview with ${selector}` },
  );
}
