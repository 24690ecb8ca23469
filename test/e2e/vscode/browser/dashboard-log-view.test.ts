import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Frame } from "playwright-core";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { type Dashboard, drawSpan, openDashboard, reloadWith, shownDashboard, spanOf } from "./dashboard.ts";
import { PATIENCE, shownIn } from "./log-live.ts";
import { openWatched, says } from "./log-window.ts";

/** Lines of one write, and how often (ms) there is one. */
const [CHUNK, EVERY] = [4, 250];
/** Lines that are there before anything is selected: of more than half a minute. */
const FIRST = 600;
/** A part of the chart that ends some seconds ago: what is to come is not in it. */
const PAST: [number, number] = [0.5, 0.95];

describe("a range that is selected on the dashboard", () => {
  const folder = tempFolder({ after });
  const path = join(folder, "logs", "app.log");
  const settingsFile = join(folder, ".vscode", "settings.json");
  let faults: string[];
  let workbench: Workbench;
  let dashboard: Dashboard;
  let log: Frame;

  let written = 0;
  let writer: NodeJS.Timeout | undefined;
  /** Only while they are read: the times that lines tell are those at which they came. */
  const write = () => {
    writer = setInterval(() => {
      const lines = Array.from({ length: CHUNK }, () => {
        const level = ++written % 4 === 0 ? "error" : "info";
        return JSON.stringify({ time: new Date().toISOString(), level, msg: `request ${written}` });
      });
      appendFileSync(path, `${lines.join("\n")}\n`);
    }, EVERY);
  };

  const eventually = async <T>(what: string, found: () => Promise<T>) => {
    try {
      return await until(found, { ...PATIENCE, what });
    } catch (error) {
      await workbench.screenshot(`failed-${what.replaceAll(/\W+/g, "-")}`);
      throw error;
    }
  };
  const tabs = () => workbench.page.locator(".tabs-container .tab").count();
  const groups = () => workbench.page.locator(".editor-group-container").count();
  const rangeOf = (frame: Frame) =>
    frame.evaluate<unknown>("document.querySelector('.range vscode-single-select').value");
  const live = async () => {
    const button = dashboard.frame.getByRole("button", { name: "Live", exact: true });
    if (await button.isVisible()) await button.click();
    await dashboard.frame.locator(".between input").first().waitFor({ state: "hidden" });
    await dashboard.frame.evaluate("scrollTo(0, 0)");
  };
  const draw = async (part = PAST) => {
    await live();
    await drawSpan(workbench, dashboard, "lines", part);
  };
  /** How many lines the chart counts. */
  const charted = async () => {
    const { app = 0 } = await dashboard.totals("lines");
    await dashboard.showTable("lines", false);
    return app;
  };
  /** That the log view shows the span that the dashboard does: within it, as far as there are lines. */
  const follows = () =>
    eventually("the log view at the span of the dashboard", async () => {
      if ((await rangeOf(log)) !== "between") return false;
      const [[from = 0, end = 0], [since = 0, last = 0]] = [await spanOf(dashboard.frame), await spanOf(log)];
      return since >= from - 1000 && last <= end + 1000 && since < last;
    });
  /** Marks so many steps by keys and has them shown. @returns the span that is shown then */
  const mark = async (steps: number) => {
    const { keyboard } = workbench.page;
    const before = await spanOf(dashboard.frame);
    const stage = dashboard.card("lines").locator(".stage");
    await stage.waitFor({ timeout: 60_000 });
    await stage.focus();
    await keyboard.press("End");
    for (let i = 0; i < steps; i++) await keyboard.press("Shift+ArrowLeft");
    await keyboard.press("Enter");
    return eventually("the steps that were marked", async () => {
      const span = await spanOf(dashboard.frame);
      return String(span) === String(before) ? undefined : span;
    });
  };
  const besideDashboard = async () => {
    // There is a group before there is an editor in it.
    await eventually("an editor beside the dashboard", async () =>
      isDeepStrictEqual([await tabs(), await groups()], [2, 2]),
    );
    log = await workbench.webview("input.query");
  };
  const keepsFocus = async () => {
    assert.equal(await dashboard.frame.evaluate("document.hasFocus()"), true);
    assert.equal(await log.evaluate("document.hasFocus()"), false);
  };

  before(async () => {
    mkdirSync(join(folder, "logs"));
    writeFileSync(path, "");
    ({ workbench, faults } = await openWatched(
      folder,
      {
        "logMonitor.sources": {
          app: { type: "file", paths: ["logs/app.log"], parser: "json", from: "start" },
        },
        // Where it stands, the switch changes it.
        "logMonitor.dashboard.openLogView": true,
      },
      { viewport: { width: 1600, height: 900 } },
    ));
    await workbench.openContainer("Log Monitor");
    await workbench.treeRow("app.log");
    dashboard = await openDashboard(workbench);
    await workbench.page.keyboard.press("Control+b");
    await dashboard.range("5 min");
    write();
    // They alone take most of a minute.
    await until(async () => (await charted()) > FIRST, { ...PATIENCE, timeout: 180_000, what: "some lines" });
  });
  after(async () => {
    clearInterval(writer);
    await workbench?.stop();
  });

  it("opens the log view there, beside the dashboard, which keeps the focus", async () => {
    assert.deepEqual([await tabs(), await groups()], [1, 1], "nothing is opened by itself");
    await draw();
    await besideDashboard();
    await follows();
    await keepsFocus();
    await workbench.screenshot("dashboard-log-view");
    await eventually("as many lines as the chart counts", async () => {
      const [{ shown }, counted] = [await shownIn(log), await charted()];
      return counted > 0 && Math.abs(shown - counted) <= CHUNK;
    });
  });

  it("takes along the log view that is there, with its query and levels: one that is marked by keys", async () => {
    const query = log.locator("input.query");
    await query.fill("request");
    await query.press("Enter");
    const all = (await shownIn(log)).shown;
    await log.locator(".chips .chip", { hasText: "error" }).first().click();
    await eventually("the errors alone", async () => (await shownIn(log)).shown < all / 2);
    const first = await spanOf(log);
    await mark(20);
    await eventually(
      "a narrower span in the log view",
      async () => String(await spanOf(log)) !== String(first),
    );
    await follows();
    await keepsFocus();
    assert.deepEqual([await tabs(), await groups()], [2, 2], "in the one that was there");
    assert.equal(await query.inputValue(), "request");
    const chosen = await log.locator(".chips .chip[aria-pressed=true]").allTextContents();
    assert.equal(chosen.filter((chip) => chip.startsWith("error")).length, 1, chosen.join());
  });

  it("is zoomed out of in both, and both are live again", async () => {
    const before = await spanOf(log);
    // The chart has the focus still.
    await workbench.page.keyboard.press("-");
    // So near to now that it may be the last minutes.
    await eventually(
      "a wider span in the log view",
      async () => (await rangeOf(log)) === "300" || String(await spanOf(log)) !== String(before),
    );
    await live();
    await eventually("the log view to be live", async () => (await rangeOf(log)) === "300");
    await keepsFocus();
  });

  it("leads back to where the reader was who had paused the log view", async () => {
    await log.locator('[icon="debug-pause"]').click();
    await says(log, ".state", /paused/);
    await draw();
    await follows();
    await log.locator(".full", { hasText: "The time range of the dashboard" }).waitFor({ timeout: 60_000 });
    assert.doesNotMatch((await log.locator(".state").textContent()) ?? "", /paused/);
    await keepsFocus();
    await log.locator(".list").focus();
    await workbench.page.keyboard.press("Escape");
    await says(log, ".state", /paused/);
    assert.equal(await rangeOf(log), "300");
    await log.locator(".full:not(.cleared)").waitFor({ state: "hidden" });
    await log.locator('[icon="debug-pause"]').click();
    await eventually("the lines to go on", async () => {
      return !/paused/.test((await log.locator(".state").textContent()) ?? "");
    });
  });

  it("takes the same view along after the window was reloaded, which opens nothing by itself", async () => {
    await draw();
    await follows();
    clearInterval(writer);
    // The window may still remember the span that was shown before.
    const span = (await spanOf(dashboard.frame)).map((ms) => ms / 1000);
    await reloadWith(
      workbench,
      "logMonitor.log",
      '"query":"request"',
      `"from":${span[0]},"until":${span[1]}`,
    );
    dashboard = await shownDashboard(workbench);
    await besideDashboard();
    await eventually("the lines again", async () => (await shownIn(log)).shown > 0);
    assert.equal(await log.locator("input.query").inputValue(), "request");
    const before = await spanOf(log);
    await mark(20);
    await eventually(
      "another span in the log view",
      async () => String(await spanOf(log)) !== String(before),
    );
    await follows();
    assert.deepEqual([await tabs(), await groups()], [2, 2]);
    assert.equal(await log.locator("input.query").inputValue(), "request");
    write();
  });

  it("opens nothing while that is switched off, and takes nothing along", async () => {
    const opens = () => JSON.parse(readFileSync(settingsFile, "utf8"))["logMonitor.dashboard.openLogView"];
    const name = "Open the log view at what is selected on a chart";
    const toggle = dashboard.frame.getByRole("switch", { name });
    await toggle.click();
    await eventually("the setting to be written", async () => opens() === false);
    await workbench.page.locator(".tab", { hasText: /^Log$/ }).click();
    await workbench.command("View: Close Editor");
    await eventually("the dashboard alone", async () => (await groups()) === 1);
    await draw();
    await mark(20);
    await live();
    const before = await charted();
    await eventually("figures that came since", async () => (await charted()) > before);
    assert.deepEqual([await tabs(), await groups()], [1, 1]);
    // As the settings have it, whoever wrote it there.
    const settings = JSON.parse(readFileSync(settingsFile, "utf8"));
    writeFileSync(settingsFile, JSON.stringify({ ...settings, "logMonitor.dashboard.openLogView": true }));
    await eventually(
      "the switch to be on",
      async () => (await toggle.getAttribute("aria-checked")) === "true",
    );
  });

  it("puts beside the dashboard what lay behind it, and keeps the chart in sight", async () => {
    await live();
    await dashboard.frame.getByRole("button", { name: "Open in Log View" }).click();
    await workbench.webview("input.query");
    assert.deepEqual([await tabs(), await groups()], [2, 1]);
    await workbench.page.locator(".tab", { hasText: "Log Monitor" }).click();
    dashboard = await shownDashboard(workbench);
    await live();
    const chart = dashboard.card("spool");
    await chart.scrollIntoViewIfNeeded();
    await drawSpan(workbench, dashboard, "spool", PAST);
    await besideDashboard();
    await follows();
    await keepsFocus();
    // The page is half as wide by now, and the charts above it take more room.
    await eventually("the chart to be in sight", () =>
      chart.evaluate((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return top >= 0 && bottom <= one.ownerDocument.documentElement.clientHeight;
      }),
    );
    await workbench.screenshot("dashboard-log-view-below");
  });

  it("breaks no policy and reports no error", () => assert.deepEqual(faults, []));
});
