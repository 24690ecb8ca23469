import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { freePort } from "../../../helpers/port.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { openWorkbench, type Workbench } from "../../../helpers/vscode-workbench.ts";
import { says } from "./log-window.ts";

const patient = { timeout: 60_000, every: 100 };

describe("a window in 简体中文", () => {
  const folder = tempFolder({ after });
  let workbench: Workbench;

  before(async () => {
    mkdirSync(join(folder, ".vscode"), { recursive: true });
    const end = Date.now() - 1000;
    const line = (_: unknown, id: number) =>
      JSON.stringify({
        time: new Date(end - (40 - id) * 100).toISOString(),
        level: id % 10 === 0 ? "error" : "info",
        msg: `第 ${id} 个请求`,
        status: 200,
      });
    writeFileSync(join(folder, "app.log"), `${Array.from({ length: 40 }, line).join("\n")}\n`);
    const settings = {
      "logMonitor.monitor": { port: await freePort() },
      "logMonitor.sources": { app: { type: "file", paths: ["app.log"], parser: "json", from: "start" } },
    };
    writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
    workbench = await openWorkbench({ folder, language: "zh-cn", viewport: { width: 1400, height: 900 } });
  });
  after(() => workbench?.stop());

  it("has our own texts in tree, log view and dashboard, of the bundle that is shipped", async () => {
    await workbench.openContainer("Log Monitor");
    const row = await workbench.treeRow("app.log");
    await until(async () => /4 个错误/.test((await row.textContent()) ?? ""), {
      ...patient,
      what: "the errors of the log in its row",
    });
    const panes = workbench.page.locator(".pane-header .title");
    for (const title of ["日志", "输出端"])
      await panes.filter({ hasText: title }).first().waitFor({ timeout: patient.timeout });

    await workbench.command("Log Monitor: 打开日志视图");
    const log = await workbench.webview("main .list");
    await says(log, ".state", "40/40 行");
    assert.equal(await log.locator(".list").getAttribute("aria-label"), "日志行");
    assert.equal(await log.evaluate("document.documentElement.lang"), "zh-cn");
    await workbench.screenshot("language-zh-cn-log-view");

    await workbench.command("Log Monitor: 打开仪表板");
    const dashboard = await workbench.webview("main .figures");
    await dashboard.locator('[data-chart="lines"] h2', { hasText: /^行$/ }).waitFor(patient);
    await dashboard.locator('[data-chart="levels"] h2', { hasText: /^级别$/ }).waitFor(patient);
    const values = dashboard.locator(".values");
    assert.equal(await values.locator("h2").textContent(), "最常见的值");
    await values.scrollIntoViewIfNeeded();
    await says(dashboard, ".values .note", "全部 40 行");
    await workbench.screenshot("language-zh-cn-dashboard");
  });
});
