import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Frame, Locator, Page } from "playwright-core";
import { deadPort, freePort } from "../../../helpers/port.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { viewTitle } from "../../../helpers/vscode-views.ts";
import { openWorkbench, type Workbench } from "../../../helpers/vscode-workbench.ts";
import { useLanguageOfDashboard, useLanguageOfLogView, useLanguageOfPlaces } from "./language-pages.ts";
import { extensionInPseudo, foreign, LANGUAGE, pseudo } from "./pseudo.ts";
import { type Spoken, spokenBy, spokenIn } from "./spoken.ts";

const patient = { timeout: 60_000 };
/** The questions that the editor asks for us, without its own count of answers and the like. */
const QUESTION = [
  ".quick-input-title",
  ".quick-input-message",
  ".quick-input-box",
  ".quick-input-list",
].join();
const MENU = ".monaco-menu, .context-view, .shadow-root-host";
const ROW = ".quick-input-list .monaco-list-row";

describe("the display language", () => {
  const home = tempFolder({ after });
  const folder = join(home, "workspace");
  const log = join(folder, "app.log");
  let workbench: Workbench;
  let page: Page;

  before(async () => {
    mkdirSync(join(folder, ".vscode"), { recursive: true });
    const line = (id: number): string => {
      const level = id % 10 === 0 ? "error" : "info";
      const time = new Date().toISOString();
      return JSON.stringify({ time, level, msg: `№ ${id}`, took: id / 10, status: 200, order: { id } });
    };
    appendFileSync(log, Array.from({ length: 200 }, (_, id) => `${line(id)}\n`).join(""));
    writeFileSync(
      join(folder, ".vscode", "settings.json"),
      JSON.stringify({ "logMonitor.monitor": { port: await freePort() } }),
    );
    workbench = await openWorkbench({
      folder,
      extension: extensionInPseudo(join(home, "extension")),
      language: LANGUAGE,
      viewport: { width: 1600, height: 1000 },
      toasts: [/^⟦Exporting to \S+\/exported\.ndjson·+⟧/],
    });
    page = workbench.page;
    await workbench.openContainer(pseudo("Log Monitor"));
  });
  after(() => workbench?.stop());

  /** Everything is in the language of the window, and nothing is cut off. */
  const assertSpoken = async (
    name: string,
    spoken: () => Promise<Spoken>,
    timeout = patient.timeout,
  ): Promise<void> => {
    await workbench.screenshot(`language-${name}`);
    let amiss: Spoken | undefined;
    // What is being drawn has been measured in between.
    const whole = async (): Promise<boolean> => {
      const { texts, clipped } = await spoken();
      amiss = { texts: texts.filter((text) => foreign(text).length > 0), clipped };
      return texts.length > 0 && amiss.texts.length + clipped.length === 0;
    };
    const says = (): string => `${name} in the language of the window: ${JSON.stringify(amiss, null, 2)}`;
    await until(whole, { timeout, every: 500, what: says });
  };
  const inFrame = (name: string, frame: Frame) => assertSpoken(name, () => spokenIn(frame));
  const inWindow = (name: string, selector: string, timeout?: number) =>
    assertSpoken(name, () => spokenBy(page, selector), timeout);
  /** A question is asked that has this in it. */
  const question = async (name: string, text: string, where = ".quick-input-widget"): Promise<void> => {
    await page.locator(where, { hasText: text }).first().waitFor(patient);
    await inWindow(name, QUESTION);
  };
  const take = async (text: string): Promise<void> => {
    // What the mouse is over by chance may show a tooltip above what is clicked.
    await page.mouse.move(1200, 900);
    await workbench.pick(text);
  };
  const input = () => page.locator(".quick-input-widget .quick-input-box input");
  const answer = async (text: string): Promise<void> => {
    await input().fill(text);
    await input().press("Enter");
  };

  it("is that of the welcome view", async () => {
    await page.locator(".welcome-view-content .monaco-button").first().waitFor(patient);
    await inWindow("welcome", ".welcome-view-content > *");
  });

  it("is that of the walkthrough", async () => {
    await workbench.command("Welcome: Open Walkthrough");
    await take(pseudo("Get started with Log Monitor"));
    await page.locator(".gettingStartedContainer .getting-started-step").first().waitFor(patient);
    await inWindow("walkthrough", ".getting-started-category, .getting-started-step, .getting-started-media");
    await workbench.command("View: Close All Editors");
  });

  it("is that of the questions on the way to a log", async () => {
    await page.locator(".welcome-view-content .monaco-button").first().click();
    await question("add-log-file", "app.log", ROW);
    await take("app.log");
    await question("add-log-parser", pseudo("sees {0}").replace("{0}", "json"), ROW);
    await take("json");
    await workbench.treeRow("app.log");
    await workbench.webview("main .list");
    await workbench.command("View: Close All Editors");
  });

  it("is that of the questions on the way to a sink", async () => {
    await workbench.command(pseudo("Add Sink…"));
    await question("add-sink-type", "InfluxDB", ROW);
    const sent = /^⟦\d+\sof\sthe\slast\s\d+\srecords,\sas\sthey\swould\sbe\ssent·+⟧$/;
    await page.locator(".editor-instance .view-line", { hasText: sent }).first().waitFor(patient);
    await page.locator(".tab.active", { hasText: pseudo("What would be sent") }).waitFor(patient);
    await take("Elasticsearch");
    await question("add-sink-way", pseudo("With user and password"), ROW);
    await take(pseudo("Without signing in"));
    await question("add-sink-url", pseudo("Address of the server"));
    // Nobody answers there.
    await answer(`http://127.0.0.1:${await deadPort()}`);
    await question("add-sink-index", pseudo("Index that records go to"));
    await input().press("Enter");
    await question("add-sink-name", pseudo("Name of the sink: sources and views go by it"));
    await answer("elastic");
    await question("add-sink-confirm", pseudo("Test Connection"), ROW);
    await take(pseudo("Add Sink"));
    await workbench.treeRow("elastic");
  });

  it("is that of the question where to begin with a log that goes to a sink", async () => {
    await workbench.command(pseudo("Add Log…"));
    await page.locator(ROW, { hasText: "app.log" }).first().waitFor(patient);
    await take("app.log");
    await page.locator(ROW, { hasText: "json" }).first().waitFor(patient);
    await take("json");
    await question("add-log-start", pseudo("From the start"), ROW);
    await page.keyboard.press("Escape");
  });

  it("is that of rows, their tooltips, and the status bar", async () => {
    await inWindow("tree", ".pane-header, .pane-body .monaco-list-row");
    const tip = page.locator(".monaco-hover:visible");
    /** What is drawn anew under the mouse has none until that moves again. */
    const tooltip = (name: string, of: Locator, text: string) =>
      until(
        async () => {
          await page.mouse.move(700, 600);
          await of.hover({ timeout: 5_000 });
          await tip.filter({ hasText: text }).first().waitFor({ timeout: 5_000 });
          await inWindow(name, ".monaco-hover", 5_000);
          return true;
        },
        { ...patient, every: 100, what: `the tooltip ${name}` },
      );
    for (const name of ["app.log", "app", "elastic"])
      await tooltip(`tooltip-${name}`, await workbench.treeRow(name), name);
    const status = page.locator(".statusbar-item", { hasText: "/s" }).first();
    assert.deepEqual(foreign((await status.getAttribute("aria-label", patient)) ?? "Unnamed"), []);
    await tooltip("status", status, "1");
    await page.mouse.move(700, 600);
  });

  it("is that of what parsers make of a log, and of other lists to choose from", async () => {
    await workbench.command(pseudo("Try Parser…"));
    await take("app");
    await question("try-parser", pseudo("sees {0}").replace("{0}", "json"), ROW);
    await inWindow("try-parser-preview", ".editor-instance .view-lines");
    const preview = pseudo("Preview of {0}").replace("{0}", "app.log");
    await page.locator(".tab.active", { hasText: preview }).waitFor(patient);
    await take(pseudo("Each line is a record"));
    await question("try-parser-grouping", pseudo("Expression for the first line…"), ROW);
    await page.keyboard.press("Escape");
    await workbench.command(pseudo("Set Secret…"));
    await question("set-secret", pseudo("Set Secret (1/2)"));
    await page.keyboard.press("Escape");
  });

  it("is that of menus, and of what they lead to", async () => {
    const menu = page.locator(".monaco-menu .action-item").first();
    await (await workbench.treeRow("app.log")).click({ button: "right" });
    await menu.waitFor(patient);
    await inWindow("menu-file", MENU);
    await page.keyboard.press("Escape");
    const title = viewTitle(page, pseudo("Logs"));
    await title.press(pseudo("Filter Logs by State…"));
    await question("filter", pseudo("With errors"), ROW);
    await page.keyboard.press("Escape");
    await title.press("More Actions");
    await menu.waitFor(patient);
    await inWindow("menu-view", MENU);
    await title.choose(pseudo("Group Logs by…"), page.locator(ROW, { hasText: pseudo("No groups") }).first());
    await question("group", pseudo("No groups"), ROW);
    await page.keyboard.press("Escape");
  });

  it("is that of the dashboard and of its tables", async () => {
    await workbench.command(pseudo("Open Dashboard"));
    const frame = await workbench.webview("main .figures");
    await frame.locator(".figures").first().waitFor(patient);
    await inFrame("dashboard", frame);
    for (const toggle of await frame.locator(".card .toggle:visible").all()) await toggle.click();
    await inFrame("dashboard-tables", frame);
  });

  useLanguageOfDashboard(() => ({ workbench, folder, inFrame, inWindow, question, take }));

  it("is that of the log view and of all its panes", async () => {
    await workbench.command(pseudo("Open Log View"));
    const frame = await workbench.webview("input.query");
    await frame.locator(".body .message").first().waitFor(patient);
    await inFrame("log-view", frame);
    await frame.locator('[icon="list-filter"]').click();
    await frame.locator(".facets vscode-tree-item").first().waitFor(patient);
    await frame.locator(".body .row").nth(3).dblclick();
    await frame.locator(".details .field").first().waitFor(patient);
    for (const [at, tab] of (await frame.locator(".details vscode-tab-header").all()).entries()) {
      await tab.click();
      await frame.locator(".details vscode-tab-panel").nth(at).locator("*").first().waitFor(patient);
      await inFrame(`log-view-details-${at}`, frame);
    }
    const table = frame.locator('.histogram [icon="table"]');
    await table.click();
    await frame.locator(".histogram .numbers").waitFor(patient);
    await inFrame("log-view-histogram", frame);
    await table.click();
    for (const act of ["goto", "options"]) {
      await frame.locator(`[data-act=${act}]`).click();
      await frame.locator(".options:popover-open").waitFor(patient);
      await inFrame(`log-view-${act}`, frame);
      if (act === "goto") {
        await frame.locator(".options:popover-open input").fill("whenever");
        await frame.locator(".options .hint", { hasText: pseudo("This is no time") }).waitFor(patient);
        await inFrame("log-view-goto-no-time", frame);
      }
      await page.keyboard.press("Escape");
    }
    await frame.locator("[data-act=full]").click();
    await frame.locator(".full:not(.cleared)").waitFor(patient);
    await inFrame("log-view-full", frame);
    await frame.locator(".full:not(.cleared) vscode-button").click();
  });

  useLanguageOfLogView(() => ({ workbench, folder, inFrame, inWindow, question, take }));

  it("is that of what the log view says of a search", async () => {
    const frame = await workbench.webview("input.query");
    const query = frame.locator("input.query");
    await query.fill("to");
    await frame.locator("[role=option]").first().waitFor(patient);
    await inFrame("log-view-suggestions", frame);
    await page.keyboard.press("Escape");
    await query.fill("level:e*");
    await frame.locator(".problem", { hasText: pseudo("a level has no wildcards") }).waitFor(patient);
    await inFrame("log-view-problem", frame);
    await query.fill("nothing");
    await frame.locator(".empty strong").waitFor(patient);
    await inFrame("log-view-empty", frame);
    await query.fill("");
    await frame.locator(".body .message").first().waitFor(patient);
    await frame.locator('[icon="debug-pause"]').click();
    await frame.locator(".list").focus();
    await page.keyboard.press("Control+l");
    await frame.locator(".empty strong").waitFor(patient);
    await inFrame("log-view-cleared", frame);
    await frame.locator(".saved").click();
    await question("saved-queries", pseudo("Save This Search…"), ROW);
    await page.keyboard.press("Escape");
  });

  useLanguageOfPlaces(() => ({ workbench, folder, inFrame, inWindow, question, take }));
});
