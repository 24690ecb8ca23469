import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { freePort } from "../../../helpers/port.ts";
import { replaceFile } from "../../../helpers/replace-file.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { openWorkbench, type Workbench } from "../../../helpers/vscode-workbench.ts";

const source = (path: string, parser = "plain") => ({ type: "file", paths: [path], parser, from: "start" });

describe("a workspace of two folders with settings of their own", () => {
  let workbench: Workbench;
  let port = 0;
  const home = tempFolder({ after });
  const workspace = join(home, "shop.code-workspace");

  const openFolders = (...names: string[]) => {
    const settings = { "logMonitor.monitor": { port } };
    const folders = names.map((name) => ({ path: name }));
    replaceFile(workspace, JSON.stringify({ folders, settings }, undefined, 2), join(home, "next"));
  };
  const configure = (folder: string, sources: Record<string, unknown>) => {
    const text = JSON.stringify({ "logMonitor.sources": sources }, undefined, 2);
    replaceFile(join(home, folder, ".vscode", "settings.json"), text, join(home, "next"));
  };
  const append = (folder: string, ...lines: string[]) =>
    appendFileSync(join(home, folder, "app.log"), lines.map((line) => `${line}\n`).join(""));
  /** Lines read by source, and seconds since the engine began, as the monitor tells them. */
  const figures = async () => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const found = text.matchAll(/^log_monitor_source_lines_total\{source="([^"]+)"\} (\d+)$/gm);
    const lines = Object.fromEntries([...found].map(([, id, count]) => [id, Number(count)]));
    return { lines, uptime: Number(/^log_monitor_uptime_seconds (\S+)$/m.exec(text)?.[1]) };
  };
  const reads = (wanted: Record<string, number>) =>
    until(async () => assert.deepEqual((await figures()).lines, wanted) ?? true, {
      timeout: 60_000,
      every: 200,
      what: JSON.stringify(wanted),
    });

  before(async () => {
    port = await freePort();
    for (const name of ["web", "api"]) {
      mkdirSync(join(home, name, ".vscode"), { recursive: true });
      append(name, `${name} 1`);
    }
    append("api", "api 2");
    openFolders("web", "api");
    configure("web", { app: source("app.log") });
    configure("api", { app: source("${workspaceFolder}/app.log") });
    workbench = await openWorkbench({ folder: workspace });
    await workbench.openContainer("Log Monitor");
  });
  after(() => workbench?.stop());

  it("watches the logs of each, under the folder's name", async () => {
    await reads({ "web/app": 1, "api/app": 2 });
    await workbench.treeRow("web/app");
    await workbench.treeRow("api/app");
    await workbench.screenshot("multi-root");
  });

  it("marks what one folder's settings have wrong there, and goes on with both", async () => {
    configure("api", { app: source("app.log"), odd: source("odd.log", "no-such-parser") });
    await workbench.command("Problems: Focus on Problems View");
    const panel = workbench.page.locator(".markers-panel");
    const file = panel.locator(".monaco-list-row", { hasText: "settings.json" }).first();
    await file.waitFor({ timeout: 60_000 });
    assert.match((await file.textContent()) ?? "", /api/);
    await panel
      .locator(".monaco-list-row", { hasText: "no-such-parser" })
      .first()
      .waitFor({ timeout: 60_000 });
    await workbench.screenshot("multi-root-problem");
    append("web", "web 2");
    append("api", "api 3");
    await reads({ "web/app": 2, "api/app": 3 });
    configure("api", { app: source("app.log") });
    await file.waitFor({ state: "detached", timeout: 60_000 });
  });

  it("stops only the logs of a folder that is taken away", async () => {
    const { uptime } = await figures();
    openFolders("web");
    await reads({ "web/app": 2 });
    append("web", "web 3");
    append("api", "api 4");
    await reads({ "web/app": 3 });
    assert.ok((await figures()).uptime > uptime, "the engine was not started anew");
  });

  it("goes on where it was when the folder comes back", async () => {
    openFolders("web", "api");
    // The one line that was written meanwhile.
    await reads({ "web/app": 3, "api/app": 1 });
  });

  it("shows the lines of a log that was added to one of them", async () => {
    // Its name is none of a log, so that the list has no row for it: the typed path alone leads there.
    const lines = ["one", "two"].map((name) => `time=2026-11-22T10:00:00Z level=info msg="note ${name}"\n`);
    writeFileSync(join(home, "api", "notes.txt"), lines.join(""));
    await workbench.ask("Log Monitor: Add Log", "api/notes.txt");
    const list = workbench.page.locator(".quick-input-list .monaco-list-row");
    await list.filter({ hasText: "sees logfmt" }).first().waitFor({ timeout: 60_000 });
    await workbench.pick("auto");
    const view = await workbench.webview("main .list");
    const messages = async () => (await view.locator(".body .message").allTextContents()).sort();
    await until(async () => assert.deepEqual(await messages(), ["note one", "note two"]) ?? true, {
      timeout: 60_000,
      every: 200,
      what: "its lines in the view, and no others",
    });
    const text = readFileSync(join(home, "api", ".vscode", "settings.json"), "utf8");
    assert.deepEqual(JSON.parse(text)["logMonitor.sources"].notes.paths, ["notes.txt"]);
    await workbench.screenshot("multi-root-added");
  });

  it("marks what is not read of two folders of one name in the one whose settings have it", async () => {
    configure("web", { app: source("app.log") });
    configure("api", { app: source("app.log"), second: source("second.log") });
    const folders = ["web", "api"].map((path) => ({ path, name: "shop" }));
    const settings = { "logMonitor.monitor": { port } };
    writeFileSync(workspace, JSON.stringify({ folders, settings }, undefined, 2));
    const ids = async () => Object.keys((await figures()).lines).sort();
    await until(async () => assert.deepEqual(await ids(), ["shop/app", "shop/second"]) ?? true, {
      timeout: 60_000,
      every: 200,
      what: "the sources that are read",
    });
    await workbench.command("Problems: Focus on Problems View");
    const mark = workbench.page.locator(".markers-panel .monaco-list-row", { hasText: "is not read" });
    await mark.first().waitFor({ timeout: 60_000 });
    assert.equal(await mark.count(), 1);
    const opened = workbench.page.locator(".editor-instance .view-lines", { hasText: "second.log" });
    await until(
      async () => {
        await mark.click({ timeout: 5_000 });
        await opened.waitFor({ timeout: 5_000 });
        return true;
      },
      { timeout: 60_000, every: 200, what: "the settings of the second to be opened at the mark" },
    );
    await workbench.screenshot("multi-root-twins");
  });
});
