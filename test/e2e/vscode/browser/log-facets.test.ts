import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { pressResting } from "../../../helpers/press.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { useHistogram } from "./log-histogram.ts";
import { useTrend } from "./log-trend.ts";
import { type AppLog, createAppLog, openLogView, openOnAppLog, says } from "./log-window.ts";

/** Lines that are there before the view is opened, ten a second up to now. */
const LINES = 4000;
const PATHS = ["/cart", "/checkout", "/items", "/login", '/odd "path"', "/search"];
const PATIENCE = { timeout: 60_000, every: 100 };

/** Times (ms) and values of `took` of all lines. */
const took: { readonly time: number; readonly value: number }[] = [];

const lineOf = (number: number, time: number) => {
  took.push({ time, value: ((number * 37) % 1000) + 1 });
  return JSON.stringify({
    time: new Date(time).toISOString(),
    level: number % 40 === 0 ? "error" : number % 10 === 0 ? "warn" : "info",
    msg: `request ${number}`,
    status: number % 40 === 0 ? 500 : number % 10 === 0 ? 404 : 200,
    path: PATHS[(number * number) % PATHS.length],
    took: took.at(-1)?.value,
    id: `r-${number}`,
    ...(number % 2 === 0 && { user: { name: number % 6 === 0 ? "<b>ada</b>" : "bob" } }),
    ...(number === 7 && { "ho\u202est": 1 }),
  });
};

describe("the fields and the histogram of the log view", () => {
  const folder = tempFolder({ after });
  let log: AppLog;
  let faults: string[];
  let workbench: Workbench;
  let frame: Frame;

  const press = (key: string) => workbench.page.keyboard.press(key);
  const query = () => frame.locator("input.query");
  const pane = () => frame.getByRole("complementary", { name: "Fields" });
  const field = (name: string) => frame.locator(`.facets vscode-tree-item[data-field="${name}"]`);
  const value = (name: string, text: string) =>
    field(name).locator("vscode-tree-item").filter({ hasText: text }).first();
  const told = (text: string) => says(frame, ".facets .told", text);
  const counts = (text: string | RegExp) => says(frame, ".state", text);
  const asks = (text: string) =>
    until(async () => (await query().inputValue()) === text, { ...PATIENCE, what: `the query ${text}` });

  before(async () => {
    log = createAppLog(folder, LINES, lineOf);
    ({ workbench, faults } = await openOnAppLog(folder));
  });
  after(() => workbench?.stop());

  it("shows the fields of all hits with their values when it is asked to, and counts what comes", async () => {
    frame = await openLogView(workbench);
    await counts("4,000 of 4,000 lines");
    assert.equal(await pane().isVisible(), false);
    await frame.locator('vscode-toolbar-button[label="Fields and their values"]').click();
    await told("all 4,000 hits counted");
    assert.match((await value("status", "404").textContent()) ?? "", /404\s*300/);
    assert.match((await field("path").textContent()) ?? "", /path\s*4 values/);
    assert.equal(await field("ho\u202est").getAttribute("title"), "ho‹202E›st");
    log.write(40);
    await told("all 4,040 hits counted");
  });

  it("takes a value into the query by a click, leaves it out by another, and gives it back", async () => {
    await value("status", "404").click();
    await asks("status:404");
    await counts("303 of 4,040 lines");
    await told("all 303 hits counted");
    assert.equal(await value("status", "404").getAttribute("data-role"), "included");
    await value("status", "404").click();
    await asks("");
    await counts("4,040 of 4,040 lines");
    const info = value("level", "info");
    await pressResting(info, info.locator('[icon="remove"]'), "what leaves out info");
    await asks("-level:info");
    await counts("404 of 4,040 lines");
    await query().fill("");
    await counts("4,040 of 4,040 lines");
  });

  it("does the same by keys, whatever a value holds", async () => {
    await told("all 4,040 hits counted");
    await field("path").click();
    await value("path", "odd").waitFor(PATIENCE);
    await value("path", "odd").focus();
    await press("-");
    await asks('-path:"/odd \\"path\\""');
    await counts(/^(?!4,040 of)[1-9][\d,]* of 4,040 lines/);
    await query().fill("");
    await counts("4,040 of 4,040 lines");
    await told("all 4,040 hits counted");
    await field("user.name").click();
    await value("user.name", "<b>ada</b>").waitFor(PATIENCE);
    await value("user.name", "<b>ada</b>").focus();
    await press("Enter");
    await asks('user.name:"<b>ada</b>"');
    await counts("674 of 4,040 lines");
    await query().fill("");
    await counts("4,040 of 4,040 lines");
  });

  it("is folded and unfolded, and then has what is there now", async () => {
    await field("level").focus();
    await press("ArrowLeft");
    await value("level", "info").waitFor({ state: "hidden", ...PATIENCE });
    await query().fill("status:404");
    await told("all 303 hits counted");
    await query().fill("");
    await told("all 4,040 hits counted");
    await field("level").focus();
    await press("ArrowRight");
    await value("level", "info").waitFor(PATIENCE);
    await field("level").locator(":scope > span").first().click();
    await value("level", "info").waitFor({ state: "hidden", ...PATIENCE });
    await field("level").locator(":scope > span").first().click();
    await value("level", "info").waitFor(PATIENCE);
  });

  it("goes on beside a value that is left out, by keys alone", async () => {
    const at = async (what: RegExp) => {
      let seen = "";
      const fits = async () => {
        seen = await frame.evaluate("document.activeElement.title");
        return what.test(seen);
      };
      await until(fits, { ...PATIENCE, what: () => `the focus on ${what} instead of ${seen}` });
    };
    await field("level").focus();
    await press("ArrowDown");
    await at(/^info: /);
    await press("-");
    await asks("-level:info");
    await told("all 404 hits counted");
    await value("level", "info").waitFor({ state: "detached", timeout: PATIENCE.timeout });
    await at(/^warn: /);
    // Tab comes back to the tree.
    await press("Tab");
    await at(/^(?!warn)/);
    await press("Shift+Tab");
    await at(/^level$/);
    await press("ArrowDown");
    await at(/^warn: /);
    await press("ArrowDown");
    await at(/^error: /);
    await press("-");
    await asks("-level:info -level:error");
    await told("all 303 hits counted");
    await value("level", "error").waitFor({ state: "detached", timeout: PATIENCE.timeout });
    await at(/^warn: /);
    await press("Enter");
    await asks("-level:info -level:error level:warn");
    await press("-");
    await asks("-level:info -level:error -level:warn");
    await counts("0 of 4,040 lines");
    await until(() => frame.evaluate("document.activeElement.matches('.list')"), {
      ...PATIENCE,
      what: "the focus on the lines, as no value is left",
    });
    await query().fill("");
    await counts("4,040 of 4,040 lines");
    await value("level", "info").waitFor(PATIENCE);
    await until(() => frame.evaluate("document.querySelector('.facets vscode-tree-item[tabindex=\"0\"]')"), {
      ...PATIENCE,
      what: "an item that Tab comes to",
    });
  });

  it("tells how numbers are spread, and finds those above", async () => {
    await told("all 4,040 hits counted");
    await field("took").click();
    await value("took", "p99").waitFor(PATIENCE);
    assert.match((await value("took", "max").textContent()) ?? "", /max\s*1,?000/);
    await value("took", "p99").click();
    await until(async () => /^took:>=9[89]\d/.test(await query().inputValue()), { ...PATIENCE, what: "p99" });
    await counts(/^\d\d of 4,040 lines/);
    await query().fill("");
    await counts("4,040 of 4,040 lines");
    await told("all 4,040 hits counted");
  });

  useTrend(() => ({ frame, workbench, counts, took, row: value("took", "Over time") }));
  useHistogram(() => ({ frame, workbench, counts, all: "4,040", write: log.write }));

  it("looks right in every theme", async () => {
    await workbench.pictures("log-facets");
    await workbench.page.setViewportSize({ width: 800, height: 600 });
    await workbench.screenshot("log-facets-narrow");
    await workbench.page.setViewportSize({ width: 1280, height: 900 });
  });

  it("remembers that it was open, and what was unfolded", async () => {
    const tabs = workbench.page.locator(".tab");
    const before = await tabs.count();
    await workbench.command("Log Monitor: Open Log View");
    // Closed sooner, it would be the first one that is.
    await until(async () => (await tabs.count()) > before, { ...PATIENCE, what: "another view" });
    await workbench.command("View: Close Editor");
    frame = await until(
      async () => {
        const shown = await workbench.webview("main .list");
        return (await shown.locator(".facets").isVisible()) ? shown : undefined;
      },
      { ...PATIENCE, what: "the view with its fields" },
    );
    await value("took", "p99").waitFor(PATIENCE);
    await frame.locator('.facets [icon="close"]').click();
    assert.equal(await pane().isVisible(), false);
  });

  it("breaks no rule of its page", () => assert.deepEqual(faults, []));
});
