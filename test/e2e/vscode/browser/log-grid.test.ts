import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { chooseOption } from "./log-live.ts";
import { type AppLog, createAppLog, openLogView, openOnAppLog, says } from "./log-window.ts";

/** How long (ms) a page may take for what it was asked. */
const PATIENCE = 60_000;
const LINES = 1200;

const RED = "\u001b[1;31mfailed\u001b[0m and \u001b[2J\u001b]0;title\u0007went on";
const TRACE = ["it broke", ...Array.from({ length: 120 }, (_, i) => `    at step ${i} of the work`)].join(
  "\n",
);
const LONG = `${"long ".repeat(60_000)}end`;
/** Messages that are not like the others, by the number of their line. */
const SPECIAL: Readonly<Record<number, string>> = { 1100: RED, 1101: TRACE, 1102: LONG };
/** Before this line nothing was written for ten minutes. */
const LATE = 600;

/** A line a record, with fields of its own, also within an object. */
const lineOf = (number: number, time: number) =>
  JSON.stringify({
    time: new Date(time).toISOString(),
    level: number % 10 === 0 ? "error" : "info",
    msg: SPECIAL[number] ?? `request ${number} took ${number % 97} ms`,
    order: number % 7,
    ...(number === 1103 && { truncated: true }),
    user: { name: `user${number % 5}` },
  });

describe("the grid of the log view", () => {
  const folder = tempFolder({ after });
  let log: AppLog;
  let faults: string[];
  let workbench: Workbench;
  let frame: Frame;
  /** When it was written on after the gap. */
  let late = 0;

  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await workbench.page.keyboard.press(key);
  };
  const list = () => frame.getByRole("grid", { name: "Log lines" });
  const titles = () => frame.locator(".head .title").allTextContents();
  const query = () => frame.locator("input.query");
  const settles = (what: string, fits: () => Promise<boolean>) =>
    until(fits, { timeout: PATIENCE, every: 100, what });
  const counts = (text: string) => says(frame, ".state", text);
  const titlesAre = (...wanted: readonly string[]) =>
    settles(wanted.join(", "), async () => (await titles()).join() === wanted.join());
  /** Shows the one line that has the text, and chooses it. */
  const choose = async (text: string): Promise<void> => {
    await query().fill(text);
    await counts("1 of ");
    await frame.locator(".body .row:not([aria-busy])").first().click();
    await list().focus();
  };

  const chooseZone = (name: string) =>
    settles(`the zone ${name}`, async () => {
      if ((await titles()).includes(`Time (${name})`)) return true;
      const zone = frame.locator(".options .zone");
      const input = zone.locator("input");
      if (!(await input.isVisible())) await frame.locator('[data-act="options"] button').click();
      await input.fill(name.split("/").at(-1) ?? name);
      // The list closes when the window takes the focus for a moment: it is opened again.
      await zone
        .locator("li", { hasText: name })
        .click({ timeout: 5_000 })
        .catch(() => undefined);
      return false;
    });

  before(async () => {
    const ofLine = (number: number, time: number) => {
      if (number === LATE) late = time;
      return lineOf(number, time);
    };
    log = createAppLog(folder, LINES, ofLine, (number) => (number < LATE ? 600_000 : 0));
    ({ workbench, faults } = await openOnAppLog(folder, { maxLineBytes: "400KiB" }));
    frame = await openLogView(workbench);
    await counts("1,200 of 1,200 lines");
  });
  after(() => workbench?.stop());

  it("shows any field as a column, chosen with the keyboard alone", async () => {
    await frame.locator('[data-act="options"] button').focus();
    await press("Enter");
    await frame.locator('.options [data-column="field:user.name"]').waitFor({ timeout: PATIENCE });
    await frame.locator('.options [data-column="field:order"]').focus();
    await press(" ");
    await titlesAre("Time", "Level", "Source", "order", "Message");
    await frame.locator('.options [data-column="field:user.name"]').focus();
    await press(" ");
    await frame.locator('.options [data-column="source"]').focus();
    await press(" ");
    await titlesAre("Time", "Level", "order", "user.name", "Message");
    await workbench.pictures("log-grid-options");
    await press("Escape");
    await query().fill('"request 1003 "');
    await counts("1 of 1,200 lines");
    const cells = frame.locator(".body .row [role=gridcell]");
    await settles("its fields", async () => {
      const texts = await cells.allTextContents();
      return texts.slice(1).join() === "info,2,user3,request 1003 took 33 ms";
    });
    assert.equal(await list().getAttribute("aria-colcount"), "5");
    assert.equal(await cells.nth(3).getAttribute("aria-colindex"), "4");
  });

  it("moves columns and makes them wider, by keys and by hand", async () => {
    const column = (id: string) => frame.locator(`.head [data-column="${id}"]`);
    await column("field:user.name").focus();
    await press("Shift+ArrowLeft");
    await titlesAre("Time", "Level", "user.name", "order", "Message");
    await press("ArrowRight", "Delete");
    await titlesAre("Time", "Level", "user.name", "Message");
    const separator = frame.getByRole("separator", { name: "Width of user.name" });
    const width = async () => Number(await separator.getAttribute("aria-valuenow"));
    const before = await width();
    await column("field:user.name").focus();
    await press("Tab", "ArrowRight", "ArrowRight", "PageUp");
    assert.equal(await width(), before + 12);
    const box = await separator.boundingBox();
    assert.ok(box);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await workbench.page.mouse.move(x, y);
    await workbench.page.mouse.down();
    await workbench.page.mouse.move(x - 60, y, { steps: 4 });
    await workbench.page.mouse.up();
    assert.ok((await width()) < before + 12);
    await column("field:user.name").hover();
    await workbench.page.mouse.down();
    const time = await column("time").boundingBox();
    assert.ok(time);
    await workbench.page.mouse.move(time.x + 4, time.y + 8, { steps: 5 });
    await workbench.page.mouse.up();
    await titlesAre("user.name", "Time", "Level", "Message");
  });

  it("makes a last column wider than the window, which is scrolled then, by an edge that says so", async () => {
    const column = frame.locator('.head [data-column="field:user.name"]');
    const separator = frame.getByRole("separator", { name: "Width of user.name" });
    const room = () => list().evaluate((one) => one.scrollWidth - one.clientWidth);
    assert.match((await separator.getAttribute("title")) ?? "", /^Width of user\.name: drag, /);
    await column.focus();
    await press("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight");
    await titlesAre("Time", "Level", "Message", "user.name");
    assert.equal(await room(), 0);
    await press("Tab", "End");
    assert.equal(await separator.getAttribute("aria-valuenow"), "200");
    assert.ok((await room()) > 0);
    const [edge, grid] = [await separator.boundingBox(), await list().boundingBox()];
    assert.ok(edge && grid && edge.x > grid.x && edge.x < grid.x + grid.width, "the edge is in sight");
    await press("Enter");
    await column.focus();
    await press("Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft");
    await titlesAre("user.name", "Time", "Level", "Message");
    assert.equal(await room(), 0);
  });

  it("goes from cell to cell with the arrows, and reads out the one it is at", async () => {
    await choose('"request 1003 "');
    const at = async () => {
      const id = await list().getAttribute("aria-activedescendant");
      return frame.locator(`#${id}`).evaluate((one) => [one.getAttribute("role"), one.textContent]);
    };
    assert.equal((await at())[0], "row");
    await press("ArrowRight");
    await settles("the first cell", async () => (await at()).join() === "gridcell,user3");
    await press("ArrowRight", "ArrowRight", "ArrowRight");
    await settles("the last cell", async () => (await at())[1] === "request 1003 took 33 ms");
    await press("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft");
    await settles("the row", async () => (await at())[0] === "row");
  });

  it("tells times from the line before, from now and in another zone, and marks gaps", async () => {
    await query().fill("request");
    await counts("1,197 of ");
    await frame.locator('[data-act="options"] button').click();
    const clock = frame.locator(".options vscode-single-select:not(.zone)");
    await chooseOption(clock, "Since the line before");
    await settles("times between lines", async () =>
      (await frame.locator(".body .time").allTextContents()).slice(2).every((one) => one === "+100ms"),
    );
    await chooseOption(clock, "How long ago");
    await settles("times from now", async () =>
      (await frame.locator(".body .time").allTextContents()).every((one) => one.endsWith(" ago")),
    );
    await workbench.screenshot("log-grid-times");
    await chooseOption(clock, "Date and time");
    await chooseZone("Asia/Tokyo");
    await titlesAre("user.name", "Time (Asia/Tokyo)", "Level", "Message");
    await press("Escape");
    await list().focus();
    await press("Control+g");
    await frame.locator(".options input:focus").fill("noon");
    await frame.locator(".options .hint", { hasText: "This is no time" }).waitFor({ timeout: PATIENCE });
    await workbench.pictures("log-grid-goto");
    await frame.locator(".options input:focus").fill(new Date(late).toISOString());
    await press("Enter");
    await frame.locator(".body .above:visible", { hasText: "10m 0s later" }).waitFor({ timeout: PATIENCE });
    assert.equal(await frame.locator(".pill").isVisible(), false);
    await frame.locator(".row.active").waitFor({ timeout: PATIENCE });
    await workbench.screenshot("log-grid-gap");
  });

  it("shows colours of a terminal, and all else that is meant for one as text", async () => {
    await query().fill("failed");
    await counts("1 of ");
    const text = frame.locator(".body .message .text");
    await settles("the line", async () => (await text.textContent()) === "failed and ␛[2J␛]0;title␇went on");
    const painted = text.locator(".ansi.bold");
    assert.equal(await painted.textContent(), "failed");
    assert.match((await painted.getAttribute("style")) ?? "", /--front: rgb/);
    await frame.locator('[data-act="options"] button').click();
    await frame.locator('[data-option="raw"]').click();
    await settles("the codes", async () =>
      ((await text.textContent()) ?? "").startsWith("␛[1;31mfailed␛[0m and"),
    );
    await frame.locator('[data-option="raw"]').click();
    await press("Escape");
  });

  it("unfolds a record of many lines, over which one scrolls line by line", async () => {
    await query().fill('"at step" OR request');
    await counts("1,198 of ");
    await list().focus();
    await press("End");
    await query().fill('"at step"');
    await counts("1 of ");
    await frame.locator(".body .message .rest", { hasText: "+120 lines" }).waitFor({ timeout: PATIENCE });
    await frame.locator(".body .row:not([aria-busy])").first().click();
    await list().focus();
    await press("ArrowRight");
    await frame.locator(".twisty[aria-expanded=true]").waitFor({ timeout: PATIENCE });
    const text = frame.locator(".body .message .text");
    await settles("all of it", async () =>
      ((await text.textContent()) ?? "").endsWith("at step 119 of the work"),
    );
    const top = () =>
      frame
        .locator(".body .row")
        .first()
        .evaluate((one) => one.getBoundingClientRect().top);
    const before = await top();
    await list().hover();
    await workbench.page.mouse.wheel(0, 100);
    await settles("a hundred pixels", async () => Math.abs(before - 100 - (await top())) < 2);
    await press("ArrowDown");
    await settles("three lines", async () => Math.abs(before - 160 - (await top())) < 2);
    await workbench.pictures("log-grid-unfolded");
    await press("End");
    await settles("its end", async () => {
      const bottom = await frame
        .locator(".body .row")
        .first()
        .evaluate((one) => one.getBoundingClientRect().bottom);
      const pane = await frame.locator(".pane").evaluate((one) => one.getBoundingClientRect().bottom);
      return Math.abs(bottom - pane) < 2;
    });
    await press("ArrowLeft");
    await frame.locator(".twisty[aria-expanded=false]").waitFor({ timeout: PATIENCE });
    // What says how many lines there are unfolds them, too, and is never cut off.
    const rest = frame.locator(".body .message .rest.folded", { hasText: "+120 lines" });
    assert.ok(await rest.evaluate((one) => one.scrollWidth <= one.clientWidth + 1));
    await rest.click({ timeout: PATIENCE });
    await frame.locator(".twisty[aria-expanded=true]").waitFor({ timeout: PATIENCE });
    await frame.locator(".twisty").click({ timeout: PATIENCE });
    await frame.locator(".twisty[aria-expanded=false]").waitFor({ timeout: PATIENCE });
  });

  it("cuts a very long line, says by how much, and has all of it in the details", async () => {
    // What a log itself calls truncated is not meant.
    const cutShort = frame.locator(".body .rest", { hasText: /cut short when it was read: \d.* are kept/ });
    await query().fill("truncated:true");
    await counts("1 of ");
    await frame.locator(".body .row:not([aria-busy])").waitFor({ timeout: PATIENCE });
    assert.equal(await cutShort.count(), 0);
    appendFileSync(log.path, `${"wide ".repeat(100_000)}\n`);
    await query().fill("truncated:true wide");
    await counts("1 of ");
    await cutShort.waitFor({ timeout: PATIENCE });
    await query().fill("end");
    await counts("1 of ");
    await frame.locator(".body .cut", { hasText: "… 298,003 more characters" }).click();
    await frame.locator(".details").waitFor({ timeout: PATIENCE });
    await list().focus();
    await press("Escape");
    await frame.locator(".details").waitFor({ state: "hidden", timeout: PATIENCE });
  });

  it("clears the view from now on, deletes nothing, and takes it back with one key", async () => {
    await query().fill("");
    await counts("1,201 of ");
    await list().focus();
    await press("Control+l");
    await counts("0 of ");
    await frame.locator(".empty", { hasText: "what was cleared" }).waitFor({ timeout: PATIENCE });
    log.write(1);
    await counts("1 of ");
    await frame.locator(".cleared", { hasText: "are cleared" }).waitFor({ timeout: PATIENCE });
    await workbench.pictures("log-grid-cleared");
    // Where one writes that takes back what was written.
    await frame.locator('[data-act="options"] button').click();
    await frame.locator(".options .zone input").pressSequentially("x");
    await press("Control+z");
    assert.equal(await frame.locator(".cleared").isVisible(), true);
    await press("Escape", "Escape");
    await list().focus();
    await press("Control+z");
    await counts("1,202 of 1,202 lines");
  });

  it("remembers the columns when the view is hidden and comes back", async () => {
    await workbench.command("Log Monitor: Open Dashboard");
    // Closed sooner, it would be the log view that is.
    await workbench.webview("main .figures");
    await workbench.command("View: Close Editor");
    frame = await workbench.webview("main .list");
    await titlesAre("user.name", "Time (Asia/Tokyo)", "Level", "Message");
  });

  it("tells levels by a letter and a name where their column is not there", async () => {
    await query().fill('"request 100"');
    await counts("11 of ");
    const signs = () => frame.locator(".body .row:not([aria-busy]) .mark").allTextContents();
    assert.deepEqual(await signs(), []);
    await frame.locator(".head .title", { hasText: "Level" }).click();
    await press("Delete");
    await titlesAre("user.name", "Time (Asia/Tokyo)", "Message");
    await settles("the letters", async () => (await signs()).join("") === "EEIIIIIIIII");
    const told = await list().ariaSnapshot();
    assert.match(told, /row "[^\n]*error[^\n]*request 1000 /);
    assert.match(told, /row "[^\n]*info[^\n]*request 1001 /);
    await workbench.pictures("log-grid-letters");
  });

  it("has times of a query in the time zone that it shows, also when another is chosen", async () => {
    await query().fill('"request 100 "');
    await counts("1 of ");
    let shown = "";
    await settles("the time in Tokyo", async () => {
      shown = (await frame.locator(".body .row:not([aria-busy]) .time").first().textContent()) ?? "";
      return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/.test(shown);
    });
    await query().fill(`time:"${shown}"`);
    await counts("1 of ");
    await frame.locator(".body .message", { hasText: "request 100 " }).waitFor({ timeout: PATIENCE });
    await chooseZone("Europe/Berlin");
    await counts("0 of ");
    await query().fill(`time:>"${shown} o'clock"`);
    await frame.locator(".problem", { hasText: "is no time" }).waitFor({ timeout: PATIENCE });
    assert.match((await frame.locator(".marks mark").textContent()) ?? "", /^time:>/);
  });

  it("looks right in every theme", async () => {
    await query().fill("");
    await workbench.pictures("log-grid");
  });

  it("clears, counts as new and pauses what has come, also where a line is dated a year ahead", async () => {
    await counts("1,202 of 1,202 lines");
    appendFileSync(log.path, `${lineOf(5000, Date.now() + 31_536_000_000)}\n`);
    await counts("1,203 of 1,203 lines");
    await list().focus();
    await press("Control+l");
    await counts("0 of ");
    log.write(200);
    await counts("200 of ");
    appendFileSync(log.path, `${lineOf(5001, Date.now() + 31_536_000_000)}\n`);
    await counts("201 of ");
    await settles("not to follow", async () => {
      await list().focus();
      await press("Home");
      const follow = frame.locator('vscode-toolbar-button[icon="fold-down"]');
      return !(await follow.evaluate((one) => "checked" in one && one.checked === true));
    });
    log.write(5);
    await settles("five new ones", async () =>
      ((await frame.locator(".pill").textContent()) ?? "").startsWith("5 new"),
    );
    await list().focus();
    await press("Space");
    await says(frame, ".state", / · paused$/);
    log.write(7);
    await query().fill("request");
    await says(frame, ".state", /^206 of .* · paused$/);
    await list().focus();
    await press("Space");
    await counts("213 of ");
    await press("Control+z");
    await query().fill("");
    await counts("1,416 of 1,416 lines");
  });

  it("breaks no rule of its page", () => assert.deepEqual(faults, []));
});
