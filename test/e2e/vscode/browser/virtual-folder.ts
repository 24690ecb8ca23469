import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { repository } from "../../../helpers/vscode-paths.ts";
import { openWorkbench } from "../../../helpers/vscode-workbench.ts";

/** @param address what the window is opened on */
const opened =
  (vsix: () => string, address: string, picture: string) =>
  async (t: TestContext): Promise<void> => {
    const workbench = await openWorkbench({
      folder: address,
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
    await workbench.screenshot(picture);

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
  };

/** The package in windows whose folder is on no disk. */
export function onVirtualFolders(vsix: () => string): void {
  it(
    "says on a virtual folder why there are no logs, and follows those that are files",
    opened(vsix, "virtual-files:/project", "virtual-folder"),
  );
  it(
    "says so of a virtual workspace, and follows there, too",
    opened(vsix, "virtual-files:/team.code-workspace", "virtual-workspace"),
  );
}
