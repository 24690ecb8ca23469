import assert from "node:assert/strict";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { freePort } from "../../../helpers/port.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { reloadWith } from "./dashboard.ts";
import { type Generated, generateLog, isRefused, RATE, requestOf } from "./log-generator.ts";
import { PATIENCE } from "./log-live.ts";
import { type LogReader, logReader } from "./log-reader.ts";
import { openLogView, openWatched, rowsInSight } from "./log-window.ts";
import { type Wire, watchWire } from "./wire.ts";

/** About one line in twenty, which the rows must show: `isRefused`. */
const QUERY = "status:>=400";
/** So many lines come while nobody looks. */
const UNSEEN = 4 * RATE;

describe("a log view that nobody looks at while 5,000 lines a second come", () => {
  const folder = tempFolder({ after });
  let generated: Generated;
  let faults: string[];
  let workbench: Workbench;
  let wire: Wire;
  let view: LogReader;
  let port = 0;

  const tab = (name: string) => workbench.page.locator(".tab", { hasText: name });
  const eventually = (what: string, fits: () => boolean | Promise<boolean>) =>
    until(fits, { ...PATIENCE, what });
  /** Lines that the engine has read. */
  const read = async (): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${port}/monitor`);
    return ((await answer.json()) as { HandleLine: number }).HandleLine;
  };
  const reads = async (more: number) => {
    const from = await read();
    await eventually(`${more} lines to be read`, async () => (await read()) >= from + more);
  };
  const shown = async () => logReader(workbench, await workbench.webview("main .list"));
  const messages = () => [wire.sent(), wire.received()];

  /** Waits until rows that were written by now or later are shown. */
  const showsNewest = async () => {
    const since = generated.lines().length;
    await eventually("the newest lines", async () => {
      const newest = new Set(generated.lines().slice(since).map(requestOf));
      const shown = await view.column("request_id");
      return shown.some((one) => newest.has(one));
    });
  };
  const hide = async () => {
    const { frame } = view;
    await workbench.command("File: New Untitled Text File");
    await eventually("the page to be gone", () => frame.isDetached());
  };
  /** The view, in a page of its own after one that is gone. */
  const showAgain = async () => {
    const gone = view.frame;
    await tab("Log").click({ timeout: PATIENCE.timeout });
    view = await shown();
    assert.notEqual(view.frame, gone);
  };
  /** Hides the view behind another editor, has lines come, and shows it again. @returns how many there were then */
  const leaveAlone = async (): Promise<number> => {
    await hide();
    // What was asked before is answered.
    await eventually("what is under way to end", async () => {
      const before = messages();
      await reads(RATE);
      return isDeepStrictEqual(messages(), before);
    });
    const before = messages();
    await reads(UNSEEN);
    assert.deepEqual(messages(), before, "messages of a view and to it");
    const written = generated.lines().length;
    await showAgain();
    await view.isLive();
    assert.ok(wire.sent() > (before[0] ?? 0) && wire.received() > (before[1] ?? 0), "messages are noticed");
    return written;
  };
  const reload = async (...state: readonly string[]) => {
    await reloadWith(workbench, "logMonitor.log", ...state);
    // What the window remembers may be of when another editor was before it.
    await showAgain();
  };

  before(async () => {
    port = await freePort();
    mkdirSync(join(folder, "logs"));
    generated = generateLog(join(folder, "logs", "fast.log"));
    ({ workbench, faults } = await openWatched(folder, {
      "logMonitor.monitor": { port },
      "logMonitor.sources": {
        fast: { type: "file", paths: ["logs/fast.log"], parser: "json", from: "start" },
      },
    }));
    view = logReader(workbench, await openLogView(workbench, "fast.log"));
    await view.addColumn("request_id");
    await view.ask(QUERY);
    await view.isLive();
    await showsNewest();
  });
  after(async () => {
    await generated?.stop();
    await workbench?.stop();
  });

  it("follows again after a reload of the window", async () => {
    wire = watchWire(workbench.page);
    await reload(`"query":"${QUERY}"`);
    await view.isLive();
    assert.equal(await view.query(), QUERY);
    await showsNewest();
    assert.equal(await view.following(), true);
  });

  it("is told nothing, and follows again when it is shown", async () => {
    await leaveAlone();
    assert.equal(await view.query(), QUERY);
    await showsNewest();
    assert.equal(await view.following(), true);
    assert.equal((await view.told()).fresh, 0);
  });

  let stood: Awaited<ReturnType<typeof rowsInSight>>;
  /** Lines that are found, without those that are new. */
  let known = 0;

  const isAsBefore = async (what: string) => {
    await until(async () => isDeepStrictEqual(await rowsInSight(view.frame), stood), {
      ...PATIENCE,
      what,
    }).catch(async () => assert.deepEqual(await rowsInSight(view.frame), stood, what));
    assert.equal(await view.query(), QUERY);
    assert.equal(await view.following(), false);
    await eventually("what came since to be called new", async () => {
      const { found, fresh } = await view.told();
      return found - fresh === known;
    });
    await view.isLive();
    assert.deepEqual(await rowsInSight(view.frame), stood, `${what}, while lines come`);
  };

  it("is told nothing, and stands where it stood when it is shown, with what came since as new", async () => {
    await view.frame.locator('vscode-toolbar-button[icon="word-wrap"]').click();
    await view.scroll(-1033);
    stood = await rowsInSight(view.frame);
    await eventually("what is new to be counted", async () => {
      const before = known;
      await view.isLive();
      const { found, fresh } = await view.told();
      known = found - fresh;
      return known === before;
    });
    const written = await leaveAlone();
    await isAsBefore("the lines where they stood");
    const refused = generated.lines().slice(0, written).filter(isRefused).length;
    await eventually("all that came meanwhile", async () => (await view.told()).fresh >= refused - known);
  });

  it("stands there after a reload of the window, too", async () => {
    await reload('"wrap":true');
    await view.isLive();
    await isAsBefore("the lines where they stood before the reload");
  });

  it("has found all of them in the end, and knows which are new", async () => {
    await generated.stop();
    const refused = generated.lines().filter(isRefused);
    await eventually(`${refused.length} lines, ${refused.length - known} new`, async () =>
      isDeepStrictEqual(await view.told(), { found: refused.length, fresh: refused.length - known }),
    );
    await view.toEnd();
    const last = requestOf(refused.at(-1));
    await eventually("the last line", async () => (await view.column("request_id")).includes(last));
    assert.equal((await view.told()).fresh, 0);
  });

  /** What its reader has arranged: rows unfolded, a tab of the details, the histogram as a table. */
  const arranged = async () => {
    const { frame } = view;
    const unfolded = frame
      .locator(".body .row")
      .filter({ has: frame.locator(".twisty[aria-expanded=true]") });
    return {
      rows: await rowsInSight(frame),
      unfolded: await unfolded.locator(".message .text").allTextContents(),
      tab: await frame.locator(".details vscode-tab-header[aria-selected=true]").allTextContents(),
      details: await frame.locator(".details vscode-tab-panel:visible").allInnerTexts(),
      table: await frame.locator(".histogram .numbers").isVisible(),
      chart: await frame.locator(".histogram .stage").isVisible(),
    };
  };
  let left: Awaited<ReturnType<typeof arranged>>;
  const isAsLeft = (what: string) =>
    until(async () => isDeepStrictEqual(await arranged(), left), { ...PATIENCE, what }).catch(async () =>
      assert.deepEqual(await arranged(), left, what),
    );

  it("has the same rows unfolded, the same tab of the details open and its histogram as a table when it is shown", async () => {
    const { frame } = view;
    // Longer than what a row has of its message before it is unfolded.
    const long = `payload of the order\n${"- ".repeat(1_500)}\nand its end`;
    const lines = [long, "stack of the failure\nfrom here on"].map((message) =>
      JSON.stringify({ time: new Date().toISOString(), level: "error", status: 500, message }),
    );
    appendFileSync(join(folder, "logs", "fast.log"), `${lines.join("\n")}\n`);
    const row = frame.locator(".body .row", { hasText: "payload of the order" });
    await frame.locator(".body .row", { hasText: "stack of the failure" }).waitFor(PATIENCE);
    const quickly = { timeout: 1_000 };
    await eventually("the details of the line", async () => {
      await row
        .locator(".source")
        .dblclick(quickly)
        .catch(() => {});
      return (await frame.locator(".details").innerText()).includes("payload");
    });
    await frame.locator(".details vscode-tab-header", { hasText: "JSON" }).click();
    await frame.locator('.histogram [icon="table"]').click();
    const twisty = row.locator(".twisty");
    const unfolded = async () => (await twisty.getAttribute("aria-expanded", quickly)) === "true";
    await eventually("the line to be unfolded", async () => {
      if (await unfolded().catch(() => false)) return true;
      await twisty.click(quickly).catch(() => {});
      return false;
    });
    await row.filter({ hasText: "and its end" }).waitFor(PATIENCE);
    // A part of it is out of sight.
    await frame.getByRole("grid", { name: "Log lines" }).hover();
    const unscrolled = await view.atRest();
    await workbench.page.mouse.wheel(0, 100);
    await eventually("the view to be scrolled, and to come to rest", async () => {
      const before = left;
      left = await arranged();
      const { rows, details } = left;
      if (isDeepStrictEqual(rows, unscrolled) || rows.some(({ busy }) => busy)) return false;
      return isDeepStrictEqual(left, before) && details.join().includes("status:");
    });
    assert.deepEqual(left.unfolded, [long]);
    assert.ok(left.rows.some(({ text }) => text?.includes("payload of the order")));
    assert.deepEqual([left.tab, left.table, left.chart], [["JSON"], true, false]);
    await hide();
    await showAgain();
    await isAsLeft("what was arranged");
  });

  it("has them after a reload of the window, too", async () => {
    await reload('"tab":1', '"tables":["hits"]', '"unfolded":[[');
    await isAsLeft("what was arranged before the reload");
  });

  it("breaks no rule of its page", () => assert.deepEqual(faults, []));
});
