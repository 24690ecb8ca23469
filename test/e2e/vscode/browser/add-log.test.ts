import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { openWorkbench, type Workbench } from "../../../helpers/vscode-workbench.ts";

describe("a person who has just installed it", () => {
  let workbench: Workbench;
  let log: string;
  let writer: NodeJS.Timeout | undefined;
  const folder = tempFolder({ after });
  const outside = tempFolder({ after });
  before(async () => {
    mkdirSync(join(folder, "logs"));
    log = join(folder, "logs", "app.log");
    let number = 0;
    const write = () =>
      appendFileSync(log, `time=${new Date().toISOString()} level=info msg="line ${number++}"\n`);
    write();
    writer = setInterval(write, 50);
    workbench = await openWorkbench({ folder });
  });
  after(async () => {
    clearInterval(writer);
    await workbench?.stop();
  });

  it("sees live lines after four actions, none of them JSON", async () => {
    await workbench.openContainer("Log Monitor");
    await workbench.page.locator(".welcome-view-content .monaco-button", { hasText: "Add Log" }).click();
    await workbench.pick("logs/app.log");
    await workbench.page
      .locator(".quick-input-list .monaco-list-row", { hasText: "sees logfmt" })
      .waitFor({ timeout: 60_000 });
    await workbench.page.locator(".view-lines", { hasText: "Taken:" }).waitFor({ timeout: 60_000 });
    await workbench.pictures("add-log-parser");
    await workbench.pick("auto");
    const view = await workbench.webview("main .list");
    const newest = async () =>
      Math.max(
        ...(await view.locator(".body .message").allTextContents()).map((text) =>
          Number(/^line (\d+)$/.exec(text)?.[1] ?? -1),
        ),
      );
    const first = await until(async () => (await newest()) + 1, {
      timeout: 60_000,
      what: "lines in the page",
    });
    await until(async () => (await newest()) >= first + 10, { timeout: 60_000, what: "lines as they come" });
    const row = await workbench.treeRow("app.log");
    await until(async () => /[1-9][\d.]*\/s/.test((await row.textContent()) ?? ""), {
      timeout: 60_000,
      what: "a rate that moves",
    });
    await workbench.screenshot("add-log-live");
    assert.deepEqual(JSON.parse(readFileSync(join(folder, ".vscode", "settings.json"), "utf8")), {
      "logMonitor.sources": {
        app: { type: "file", paths: ["logs/app.log"], parser: "auto", from: "start" },
      },
    });
  });

  it("pauses the log by the button of its row", async () => {
    const row = workbench.page
      .locator(".pane-body .monaco-list-row[aria-level='1']", { hasText: "app" })
      .first();
    await workbench.rowAction("app", "Pause");
    await until(async () => /paused/.test((await row.textContent()) ?? ""), { what: "the state" });
    const status = workbench.page.locator(".statusbar-item", { hasText: "/s" }).first();
    await until(async () => /\b0\/s/.test((await status.textContent()) ?? ""), { what: "a rate of nought" });
    await workbench.screenshot("paused");
    await workbench.rowAction("app", "Resume");
    await until(async () => /[1-9][\d.]*\/s/.test((await row.textContent()) ?? ""), { what: "the rate" });
  });

  it("is shown what a hovered row holds, and the rate below", async () => {
    const hover = workbench.page.locator(".monaco-hover", { hasText: /Lines: \d/ }).first();
    // A row that is drawn anew, once a second, takes the hover that was about to show with it.
    await until(
      async () => {
        await workbench.page.mouse.move(700, 600);
        await (await workbench.treeRow("app.log")).hover();
        return hover.waitFor({ timeout: 3_000 }).then(
          () => true,
          () => false,
        );
      },
      { timeout: 60_000, what: "the hover" },
    );
    const status = workbench.page.locator(".statusbar-item", { hasText: "/s" }).first();
    assert.match((await status.getAttribute("aria-label")) ?? "", /Log Monitor/);
    await workbench.screenshot("hover");
  });

  it("is offered logs that are not watched yet first, each with when it was written to in one way", async () => {
    writeFileSync(join(folder, "logs", "other.log"), "one\n");
    const rows = workbench.page.locator(".quick-input-list .monaco-list-row");
    const logs = rows.filter({ hasText: "logs/" });
    await until(
      async () => {
        // It closes itself when the log view hears late that the palette gave the focus back to it.
        if (!(await rows.first().isVisible())) await workbench.command("Log Monitor: Add Log");
        await logs.nth(1).waitFor({ timeout: 10_000 });
        return (await logs.count()) === 2;
      },
      { what: "both logs" },
    );
    await workbench.screenshot("add-log-watched");
    const [first = "", second = ""] = await logs.allTextContents();
    assert.match(first, /logs\/other\.log/);
    assert.match(second, /logs\/app\.log.+watched already$/);
    const moment = /\d+\/\d+\/\d{4}, \d+:\d\d:\d\d [AP]M · /;
    for (const told of [first, second]) assert.match(told, moment);
    await workbench.page.keyboard.press("Escape");
    await rows.first().waitFor({ state: "hidden", timeout: 60_000 });
  });

  it("adds a glob outside of the workspace as it was typed, tried on the file that was written to last", async () => {
    const glob = join(outside, "*.log");
    const write = (name: string, line: string, age: number) => {
      const path = join(outside, name);
      writeFileSync(path, `${line}\n`.repeat(5));
      const at = Date.now() / 1000 - age;
      utimesSync(path, at, at);
    };
    // By name the older is the first and the last: it is not found by chance.
    write("a.log", "time=2026-11-22T10:00:00Z level=info msg=of-the-older", 7_200);
    write("m.log", '{"time":"2026-11-22T11:00:00Z","level":"info","msg":"of-the-newest"}', 60);
    write("z.log", "time=2026-11-22T10:00:00Z level=info msg=of-the-older", 3_600);
    await workbench.ask("Log Monitor: Add Log", glob);
    const list = workbench.page.locator(".quick-input-list .monaco-list-row");
    await list.filter({ hasText: "sees json" }).first().waitFor({ timeout: 60_000 });
    const preview = workbench.page.locator(".view-lines", { hasText: "of-the-newest" });
    await preview.first().waitFor({ timeout: 60_000 });
    await workbench.screenshot("add-log-glob");
    await workbench.pick("auto");
    await workbench.pick("From the start");
    const settings = join(folder, ".vscode", "settings.json");
    const sources = () => JSON.parse(readFileSync(settings, "utf8"))["logMonitor.sources"];
    await until(() => Object.keys(sources()).length === 2, { what: "the source in the settings" });
    assert.deepEqual(sources().log, { type: "file", paths: [glob], parser: "auto", from: "start" });
    for (const name of ["a.log", "m.log", "z.log"]) await workbench.treeRow(name);
  });
});
