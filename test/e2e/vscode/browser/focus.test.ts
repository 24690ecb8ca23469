import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Theme, Workbench } from "../../../helpers/vscode-workbench.ts";
import { openDashboard } from "./dashboard.ts";
import { type FocusLook, focusLook } from "./focus-looks.ts";
import { useKeptFocus, useKeptFocusOfDashboard } from "./kept-focus.ts";
import { chooseRange } from "./log-live.ts";
import { createAppLog, openLogView, openWatched, says } from "./log-window.ts";
import { walk } from "./tab-walk.ts";

const patient = { timeout: 60_000, every: 100 };
const LINES = 600;
const THEMES = ["dark", "light", "hc-black", "hc-light"] satisfies Theme[];

/** Of several levels and statuses, with numbers: every chart of both pages has something to show. */
const lineOf = (number: number, time: number) =>
  JSON.stringify({
    time: new Date(time).toISOString(),
    level: number % 10 === 0 ? "error" : "info",
    msg: number % 50 === 0 ? "it broke\n    at step 1\n    at step 2" : `request ${number}`,
    status: number % 10 === 0 ? 500 : 200,
    request_time: (number % 97) / 1000,
    path: `/orders/${number % 5}`,
  });

describe("the focus", () => {
  const folder = tempFolder({ after });
  let faults: string[];
  let workbench: Workbench;
  let log: Frame;

  /** Every stop of Tab from what has the focus on. */
  const stopsIn = async (frame: Frame, most: number): Promise<FocusLook[]> => {
    const looks: FocusLook[] = [];
    const look = async () => {
      const one = await focusLook(frame);
      if (one) looks.push(one);
    };
    await walk(frame, workbench.page.keyboard, { look, most });
    return looks;
  };
  /**
   * Fails where the focus can't be seen.
   * @param first what has it when Tab begins
   * @param stops how many there are at least
   */
  const expectSeen = async (
    frame: Frame,
    first: string,
    { stops, most = 200 }: { readonly stops: number; readonly most?: number },
  ) => {
    await frame.locator(first).first().focus();
    const looks = await stopsIn(frame, most);
    const told = looks.map(({ what, marks }) => `${what}: ${marks.join(", ") || "as without"}`);
    assert.ok(looks.length >= stops, told.join("\n"));
    assert.deepEqual(
      told.filter((_, i) => looks[i]?.marks.length === 0),
      [],
    );
  };

  before(async () => {
    createAppLog(folder, LINES, lineOf);
    ({ workbench, faults } = await openWatched(
      folder,
      {
        "logMonitor.sources": {
          app: { type: "file", paths: ["logs/app.log"], parser: "json", from: "start" },
        },
        "logMonitor.sinks": { out: { type: "file", path: "out.ndjson" } },
      },
      { viewport: { width: 1400, height: 1000 } },
    ));
    log = await openLogView(workbench);
    await says(log, ".state", "600 of 600 lines");
  });
  after(() => workbench?.stop());

  useKeptFocus(() => ({ workbench, log, all: `${LINES} of ${LINES} lines` }));

  it("is seen at every stop of Tab in the log view, with all of its panes open", async () => {
    await log.locator('vscode-toolbar-button[label="Fields and their values"]').click();
    await log.locator(".facets .told", { hasText: "hits counted" }).waitFor(patient);
    await log.locator(".body .row").filter({ hasText: "request" }).first().dblclick(patient);
    await log.locator(".details .field").first().waitFor(patient);
    await chooseRange(log, /From.*until/i);
    await log.locator(".between input").first().waitFor(patient);
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      await expectSeen(log, "input.query", { stops: 35 });
    }
  });

  it("is seen in its panel of columns, on its table and where nothing was found", async () => {
    await log.locator('.histogram [icon="table"]').click();
    await log.locator(".histogram .numbers").waitFor(patient);
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      await log.locator("[data-act=options] button").focus();
      await workbench.page.keyboard.press("Enter");
      await log.locator(".options .boxes").waitFor(patient);
      await expectSeen(log, ".options .boxes vscode-checkbox", { stops: 6, most: 30 });
      await workbench.page.keyboard.press("Escape");
      await log.locator("input.query").fill("no such line");
      await log.locator(".empty .remedies vscode-button").first().waitFor(patient);
      await expectSeen(log, ".histogram .numbers", { stops: 5 });
      await log.locator("input.query").fill("");
      await says(log, ".state", "600 of 600 lines");
    }
  });

  useKeptFocusOfDashboard(() => ({ workbench }));

  it("is seen at every stop of Tab in the dashboard, on charts and on tables", async () => {
    const dashboard = await openDashboard(workbench);
    const { frame } = dashboard;
    await until(async () => (await frame.locator(".stage:visible").count()) >= 6, {
      ...patient,
      what: "the charts",
    });
    const pages = [".stage:visible", ".numbers:visible"];
    for (const shown of pages) {
      if (shown !== pages[0])
        for (const toggle of await frame.locator(".toggle:visible").all()) await toggle.click();
      await frame.locator(shown).first().waitFor(patient);
      for (const theme of THEMES) {
        await workbench.setTheme(theme);
        await expectSeen(frame, ".ranges input:checked", { stops: 40 });
      }
    }
  });

  it("breaks no rule of the pages", () => assert.deepEqual(faults, []));
});
