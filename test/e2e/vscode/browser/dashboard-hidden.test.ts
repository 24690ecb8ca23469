import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { type Dashboard, openDashboard, reloadWithDashboard, shownDashboard } from "./dashboard.ts";
import { askName, PATIENCE } from "./log-live.ts";
import { createAppLog, openOnAppLog } from "./log-window.ts";

const LINES = 300;

describe("a dashboard that was hidden", () => {
  const folder = tempFolder({ after });
  let faults: string[];
  let workbench: Workbench;
  let dashboard: Dashboard;

  const tab = () => workbench.page.locator(".tab", { hasText: "Log Monitor" });
  const hide = async () => {
    const { frame } = dashboard;
    await workbench.command("File: New Untitled Text File");
    await until(() => frame.isDetached(), { ...PATIENCE, what: "the page to be gone" });
  };
  const showAgain = async () => {
    await tab().click(PATIENCE);
    dashboard = await shownDashboard(workbench);
  };
  /** Which of some charts are tables, and the duration field that is charted. */
  const arranged = async () => {
    const { card, isTable } = dashboard;
    const tables: string[] = [];
    for (const id of ["lines", "bytes", "heat"]) {
      const shown = await card(id).locator(".numbers").isVisible();
      assert.equal(await card(id).locator(".stage").isVisible(), !shown, `${id} is a chart or a table`);
      assert.equal(await isTable(id), shown, `the switch of ${id}`);
      if (shown) tables.push(id);
    }
    const chosen = (id: string) =>
      card(id)
        .locator("vscode-single-select")
        .evaluate((one) => ("value" in one ? String(one.value) : ""));
    return {
      tables,
      fields: [await card("durations").locator(".unit").textContent(), await chosen("heat")],
      values: Object.values(await dashboard.totals("heat")).reduce((sum, count) => sum + count, 0),
    };
  };
  const isArranged = async (tables: readonly string[], field: string) => {
    const expected = { tables, fields: [field, JSON.stringify(["app", field])], values: LINES };
    let seen: unknown;
    const fits = async () => {
      seen = await arranged().catch(String);
      return isDeepStrictEqual(seen, expected);
    };
    await until(fits, { ...PATIENCE, what: "the charts" }).catch(() => assert.deepEqual(seen, expected));
  };
  /** Shows another duration field than the one that has the most values. */
  const choose = async (field: string) => {
    const select = dashboard.card("durations").locator("vscode-single-select");
    const chosen = async () => {
      await select.click({ timeout: 5_000 }).catch(() => {});
      await select
        .locator(".option", { hasText: field })
        .click({ timeout: 5_000 })
        .catch(() => {});
      return (await dashboard.card("durations").locator(".unit").textContent()) === field;
    };
    await until(chosen, { ...PATIENCE, what: `${field} to be charted` });
  };

  before(async () => {
    createAppLog(folder, LINES, (number, time) =>
      JSON.stringify({
        time: new Date(time).toISOString(),
        msg: "asked",
        request_time: 0.1 + number / 1000,
        upstream_time: 0.05 + number / 1000,
      }),
    );
    ({ workbench, faults } = await openOnAppLog(folder, {}, { toasts: [/^Log Monitor: .*ENAMETOOLONG/] }));
    await workbench.openContainer("Log Monitor");
    await workbench.treeRow("app.log");
    dashboard = await openDashboard(workbench);
    // However long all of this takes.
    await dashboard.range("1 hr");
    await dashboard.expectTotals("lines", { app: LINES });
    await dashboard.showTable("lines", false);
  });
  after(() => workbench?.stop());

  it("shows the same charts as tables, and the duration field that was chosen", async () => {
    await dashboard.totals("heat");
    await isArranged(["heat"], "request_time");
    await choose("upstream_time");
    await dashboard.showTable("lines", true);
    await isArranged(["lines", "heat"], "upstream_time");
    await hide();
    await showAgain();
    await isArranged(["lines", "heat"], "upstream_time");
  });

  it("has a notification tell why what was to be saved before could not be", async () => {
    const { frame } = dashboard;
    const { page } = workbench;
    const save = frame.getByRole("button", { name: "Save the numbers of all charts" });
    const name = await askName(page, /\.csv$/, () => save.click({ timeout: 10_000 }));
    await page.keyboard.press("Control+PageDown");
    await until(() => frame.isDetached(), { ...PATIENCE, what: "the page to be gone" });
    // The editor counts characters of a name, and the disk its bytes.
    await name.fill(join(folder, `${"ä".repeat(200)}.csv`));
    await name.press("Enter");
    await workbench.command("Notifications: Show Notifications");
    await page
      .locator(".notifications-center .notification-list-item", { hasText: /Log Monitor: .*ENAMETOOLONG/ })
      .waitFor(PATIENCE);
    await showAgain();
  });

  it("shows them after a reload of the window, too, and as a chart what is one again", async () => {
    await dashboard.showTable("lines", false);
    await dashboard.showTable("bytes", true);
    await reloadWithDashboard(workbench, '"tables":["heat","bytes"]', "upstream_time");
    // What the window remembers may be of when another editor was before it.
    await showAgain();
    await isArranged(["bytes", "heat"], "upstream_time");
  });

  it("breaks no rule of its page", () => assert.deepEqual(faults, []));
});
