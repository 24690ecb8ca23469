import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Frame } from "playwright-core";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { reloadWith } from "./dashboard.ts";
import { logReader } from "./log-reader.ts";
import { type AppLog, createAppLog, openLogView, openOnAppLog, rowsInSight, says } from "./log-window.ts";

/** Lines that are there before the view is opened, ten a second up to now. */
const LINES = 3000;
const HOSTILE = "<img src=x onerror=alert(1)> \u001b[31mred \u202egnp.exe";

/** A line a record, which says its number; every tenth is an error. */
const lineOf = (number: number, time: number) =>
  JSON.stringify({
    time: new Date(time).toISOString(),
    level: number % 10 === 0 ? "error" : "info",
    msg: number === 1500 ? HOSTILE : `request ${number} took ${number % 97} ms`,
    order: number % 7,
  });

describe("the log view", () => {
  const folder = tempFolder({ after });
  let log: AppLog;
  let faults: string[];
  let workbench: Workbench;
  let frame: Frame;

  const messages = () => frame.locator(".body .message").allTextContents();
  const query = () => frame.locator("input.query");
  const list = () => frame.getByRole("grid", { name: "Log lines" });
  const sees = (text: string | RegExp, what = `${text} in sight`) =>
    until(
      async () =>
        (await messages()).some((one) => (typeof text === "string" ? one.includes(text) : text.test(one))),
      { timeout: 60_000, every: 100, what },
    );
  const counts = (text: string) => says(frame, ".state", text);

  /** The view whose query fits, as soon as its page is there. */
  const otherView = (fits: (frame: Frame, query: string) => boolean) =>
    until(
      async () => {
        const one = await workbench.webview("main .list");
        return fits(one, await one.locator("input.query").inputValue()) ? one : undefined;
      },
      { timeout: 60_000, every: 250, what: "the view" },
    );
  before(async () => {
    log = createAppLog(folder, LINES, lineOf);
    ({ workbench, faults } = await openOnAppLog(folder));
  });
  after(() => workbench?.stop());

  it("is opened from the palette, follows, and shows lines as they are written", async () => {
    frame = await openLogView(workbench);
    await counts("3,000 of 3,000 lines");
    await sees(`request ${LINES - 1} `);
    await until(() => frame.evaluate("document.activeElement?.getAttribute('role') === 'grid'"), {
      what: "keys for the lines, though nobody has clicked there",
    });
    log.write(20);
    await sees(`request ${log.written() - 1} `, "the new lines");
    await counts("3,020 of 3,020 lines");
    assert.equal(await frame.locator(".histogram").getAttribute("data-sum"), "3020");
    assert.equal(await list().getAttribute("aria-rowcount"), "3021");
    // Elements for what is in sight, not for what there is.
    assert.ok((await frame.locator(".body .row").count()) < 100);
  });

  it("stops following when it is scrolled up, counts what is new, and goes on by End", async () => {
    await list().hover();
    await workbench.page.mouse.wheel(0, -3000);
    await until(
      async () => !(await messages()).some((one) => one.includes(`request ${log.written() - 1} `)),
      {
        timeout: 60_000,
        what: "older lines",
      },
    );
    const { atRest } = logReader(workbench, frame);
    await atRest();
    const before = await messages();
    log.write(30);
    await frame.locator(".pill", { hasText: "30 new" }).waitFor({ timeout: 60_000 });
    assert.deepEqual(await messages(), before);
    await list().focus();
    await workbench.page.keyboard.press("End");
    await sees(`request ${log.written() - 1} `);
    assert.equal(await frame.locator(".pill").isVisible(), false);
  });

  it("finds what is asked for while it is typed, and marks what is wrong where it is", async () => {
    await query().fill("level:error AND request");
    await counts("304 of 3,050 lines");
    assert.equal(await frame.locator(".histogram").getAttribute("data-sum"), "304");
    // Lines that were shown before stay until those that are found have come.
    const only = async () => {
      const all = await messages();
      return all.length > 0 && all.every((one) => /request \d+0 /.test(one));
    };
    await until(only, { timeout: 60_000, every: 100, what: "errors alone" });
    await sees(/request 3040 /);
    await query().fill("level:eror");
    await frame.locator(".problem", { hasText: "is no level" }).waitFor({ timeout: 60_000 });
    assert.equal(await frame.locator(".marks mark").textContent(), "level:eror");
    await query().fill("");
    await counts("3,050 of 3,050 lines");
    assert.equal(await frame.locator(".problem").textContent(), "");
    await frame.locator(".chip", { hasText: "error" }).click();
    await counts("305 of 3,050 lines");
    await frame.locator(".chip", { hasText: "error" }).click();
    await counts("3,050 of 3,050 lines");
  });

  it("shows a hit in the full log, and goes back with one key", async () => {
    await query().fill('"request 1234 "');
    await counts("1 of 3,050 lines");
    await sees("request 1234 ");
    await frame.locator(".body .row").first().click();
    await list().focus();
    await workbench.page.keyboard.press("Shift+Enter");
    await counts("3,050 of 3,050 lines");
    await frame.locator(".row.active .message", { hasText: "request 1234 " }).waitFor({ timeout: 60_000 });
    await sees("request 1233 ");
    await sees("request 1235 ");
    await workbench.page.keyboard.press("Escape");
    await counts("1 of 3,050 lines");
  });

  it("closes the details by Escape before it leaves the full log by it, and says which is next", async () => {
    const { keyboard } = workbench.page;
    const back = frame.locator(".full:not(.cleared) vscode-button");
    const says = (text: string) =>
      until(async () => (await back.textContent())?.trim() === text, { timeout: 60_000, what: text });
    await query().fill('"request 2345 "');
    await counts("1 of 3,050 lines");
    await sees("request 2345 ");
    await list().focus();
    await keyboard.press("Home");
    await keyboard.press("Shift+Enter");
    await counts("3,050 of 3,050 lines");
    await says("Back to the search (Escape)");
    await keyboard.press("Enter");
    await says("Back to the search");
    await keyboard.press("Escape");
    await says("Back to the search (Escape)");
    await counts("3,050 of 3,050 lines");
    await keyboard.press("Escape");
    await counts("1 of 3,050 lines");
  });

  it("shows what a line holds as text, whatever it holds", async () => {
    await query().fill("gnp.exe");
    await counts("1 of 3,050 lines");
    await sees("<img src=x onerror=alert(1)> red ‹202E›gnp.exe");
    await list().focus();
    await workbench.page.keyboard.press("Home");
    await workbench.page.keyboard.press("Enter");
    await frame.locator(".details .field .name", { hasText: "order" }).waitFor({ timeout: 60_000 });
    assert.equal(await frame.locator(".details img").count(), 0);
  });

  it("looks right in every theme", async () => {
    await query().fill("request");
    await counts("3,049 of 3,050 lines");
    await workbench.pictures("log-view");
    await workbench.page.setViewportSize({ width: 800, height: 600 });
    await workbench.screenshot("log-view-narrow");
    await workbench.page.setViewportSize({ width: 1280, height: 900 });
    await list().focus();
    await workbench.page.keyboard.press("Escape");
    await frame.locator(".details").waitFor({ state: "hidden", timeout: 60_000 });
  });

  it("is just as it was after it was hidden while much was written, and after a reload", async () => {
    await query().fill("request");
    await counts("3,049 of 3,050 lines");
    await frame.locator(".chip", { hasText: "error" }).click();
    await counts("304 of 3,050 lines");
    await list().focus();
    for (const key of ["Home", "PageDown", "PageDown", "ArrowUp"]) await workbench.page.keyboard.press(key);
    await list().hover();
    await workbench.page.mouse.wheel(0, 33);
    await frame.locator(".body .row.active:not([aria-busy])").waitFor({ timeout: 60_000 });
    await workbench.page.keyboard.press("Enter");
    await frame.locator(".details .field .name", { hasText: "order" }).waitFor({ timeout: 60_000 });
    await list().focus();
    await workbench.page.keyboard.press("Space");
    await counts("304 of 3,050 lines · paused");
    const shown = async () => ({ rows: await rowsInSight(frame), details: await details() });
    const details = () => frame.locator(".details").innerText();
    await logReader(workbench, frame).atRest();
    const before = await shown();
    assert.equal(before.rows.filter(({ active }) => active).length, 1);
    const isAsBefore = (what: string) =>
      until(async () => isDeepStrictEqual(await shown(), before), {
        timeout: 60_000,
        every: 250,
        what,
      }).catch(async () => assert.deepEqual(await shown(), before, what));
    await workbench.command("Log Monitor: Open Log View");
    const first = frame;
    frame = await otherView((one, filter) => one !== first && filter === "");
    await until(() => first.isDetached(), {
      timeout: 60_000,
      what: "a page that is hidden to be there no more",
    });
    // As much as comes in ten minutes.
    log.write(20_000);
    await counts("23,050 of 23,050 lines");
    await workbench.command("View: Close Editor");
    frame = await otherView((_, filter) => filter === "request");
    await says(frame, ".state", /^304 of .* · paused$/);
    await isAsBefore("what was shown");
    // By which it is known that the window remembers what is open now.
    await frame.locator('vscode-toolbar-button[icon="word-wrap"]').click();
    await isAsBefore("what was shown, wrapped");
    await reloadWith(workbench, "logMonitor.log", '"wrap":true');
    frame = await otherView((_, filter) => filter === "request");
    await says(frame, ".state", /^304 of .* · paused$/);
    await isAsBefore("what was shown before the reload");
    await list().focus();
    await workbench.page.keyboard.press("Space");
    await counts("2,304 of 23,050 lines");
    await isAsBefore("the same lines, without the pause");
    await list().focus();
    await workbench.page.keyboard.press("Escape");
    await frame.locator(".chip", { hasText: "error" }).click();
  });

  it("says what hides all lines, and takes just that back", async () => {
    const said = (text: string) => frame.locator(".empty", { hasText: text }).waitFor({ timeout: 60_000 });
    const remedy = (text: string) => frame.locator(".empty vscode-button", { hasText: text }).click();
    const heard = (text: string) => says(frame, "[role=status][aria-live]", text);
    await query().fill("nobody wrote this");
    await said("Left out by the search.");
    await heard("No line fits");
    await remedy("Clear the search");
    await counts("23,050 of 23,050 lines");
    await heard("23,050 of 23,050 lines");
    // The same once more is told once more.
    await query().fill("nobody wrote this");
    await heard("No line fits");
    await query().fill("");
    await heard("23,050 of 23,050 lines");
    await frame.locator(".chip", { hasText: "error" }).click();
    await query().fill("nobody wrote this");
    await said("Left out by the search, the levels.");
    await remedy("Clear the search");
    await counts("2,305 of 23,050 lines");
    await query().fill("nobody wrote this");
    await said("Left out by the search, the levels.");
    await remedy("Clear all");
    await counts("23,050 of 23,050 lines");
  });

  it("opens the file at the line", async () => {
    await query().fill('"request 2222 "');
    await counts("1 of 23,050 lines");
    await sees("request 2222 ");
    await frame.locator(".body .row").first().click();
    await list().focus();
    await workbench.page.keyboard.press("Control+Enter");
    await workbench.page.locator(".statusbar-item", { hasText: /Ln 2223/ }).waitFor({ timeout: 60_000 });
  });

  it("says so when the line is no longer in the file", async () => {
    writeFileSync(log.path, "");
    await list().focus();
    await workbench.page.keyboard.press("Control+Enter");
    await frame.locator(".note", { hasText: "no longer has this line" }).waitFor({ timeout: 60_000 });
  });

  it("breaks no rule of its page", () => assert.deepEqual(faults, []));
});
