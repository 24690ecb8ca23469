import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { repository } from "../../../helpers/vscode-paths.ts";
import { openWorkbench } from "../../../helpers/vscode-workbench.ts";

/** The package in a window whose folder is on no disk. */
export function onVirtualFolder(vsix: () => string): void {
  it("says on a virtual folder why there are no logs, and follows those that are files", async (t) => {
    const workbench = await openWorkbench({
      folder: "virtual-files:/project",
      vsix: vsix(),
      extension: join(repository, "test", "e2e", "vscode", "virtual-files"),
    });
    t.after(() => workbench.stop());
    const { page } = workbench;
    // The folder is there, with a log in it and settings that name it.
    const files = page.locator(".explorer-folders-view .monaco-list-row");
    await files.filter({ hasText: "logs" }).first().waitFor({ timeout: 60_000 });

    await workbench.openContainer("Log Monitor");
    const welcome = page.locator(".welcome-view-content");
    await welcome.filter({ hasText: "The open folder is virtual" }).waitFor({ timeout: 60_000 });
    assert.doesNotMatch((await welcome.textContent()) ?? "", /logs\/\*\.log|sample log/);
    await workbench.screenshot("virtual-folder");

    const log = join(tempFolder(t), "real.log");
    writeFileSync(log, "a line\n");
    await welcome.locator(".monaco-button", { hasText: "Add Log" }).click();
    await workbench.pick(log);
    await workbench.pick("plain");
    const view = await workbench.webview("main .list");
    let written = 0;
    const live = async () => {
      appendFileSync(log, `live ${written++}\n`);
      const lines = await view.locator(".body .message").allTextContents();
      return lines.some((line) => line.startsWith("live "));
    };
    await until(live, { timeout: 60_000, every: 500, what: "lines of a file of this machine" });
    await workbench.treeRow(/^real\b/);
    const rows = await page.locator(".pane-body .monaco-list-row").allTextContents();
    assert.ok(!rows.some((row) => row.startsWith("web")), rows.join("\n"));
  });
}
