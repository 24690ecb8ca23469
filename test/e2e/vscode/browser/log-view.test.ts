import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Theme, Workbench } from "../../../helpers/vscode-workbench.ts";
import { type AppLog, createAppLog, openLogView, openOnAppLog, says } from "./log-window.ts";

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

  before(async () => {
    log = createAppLog(folder, LINES, lineOf);
    ({ workbench, faults } = await openOnAppLog(folder));
  });
  after(() => workbench?.stop());

  it("is opened from the palette, follows, and shows lines as they are written", async () => {
    frame = await openLogView(workbench);
    await counts("3,000 of 3,000 lines");
    await sees(`request ${LINES - 1} `);
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
    await until(async () => (await frame.locator(".row[aria-busy]").count()) === 0, { what: "their text" });
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
    await sees(/request 3040 /);
    assert.ok((await messages()).every((one) => /request \d+0 /.test(one)));
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
    for (const theme of ["light", "hc-black", "hc-light", "dark"] satisfies Theme[]) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`log-view-${theme}`);
    }
    await workbench.page.setViewportSize({ width: 800, height: 600 });
    await workbench.screenshot("log-view-narrow");
    await workbench.page.setViewportSize({ width: 1280, height: 900 });
  });

  it("goes on where it was after another view hid it", async () => {
    await query().fill("level:error");
    await counts("305 of 3,050 lines");
    await list().focus();
    await workbench.page.keyboard.press("Home");
    await sees("request 0 ");
    await workbench.command("Log Monitor: Open Log View");
    const first = frame;
    frame = await until(
      async () => {
        const other = await workbench.webview("main .list");
        return other !== first && (await other.locator("input.query").inputValue()) === ""
          ? other
          : undefined;
      },
      { timeout: 60_000, every: 250, what: "the second view" },
    );
    await counts("3,050 of 3,050 lines");
    await workbench.command("View: Close Editor");
    frame = await until(
      async () => {
        const shown = await workbench.webview("main .list");
        return (await shown.locator("input.query").inputValue()) === "level:error" ? shown : undefined;
      },
      { timeout: 60_000, every: 250, what: "the first view" },
    );
    await counts("305 of 3,050 lines");
    await sees("request 0 ");
    await workbench.page.keyboard.press("Escape");
  });

  it("opens the file at the line", async () => {
    await query().fill('"request 2222 "');
    await counts("1 of 3,050 lines");
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
