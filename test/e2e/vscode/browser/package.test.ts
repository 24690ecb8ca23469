import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, it } from "node:test";
import manifest from "../../../../package.json" with { type: "json" };
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { repository } from "../../../helpers/vscode-paths.ts";
import { openWorkbench } from "../../../helpers/vscode-workbench.ts";

describe("the packaged extension", () => {
  it("installs from its file, and shows live lines within a minute and four choices", async (t) => {
    // A copy: what is built in the repository is what other tests run at the same time.
    const copy = tempFolder(t);
    const left = /^(node_modules|dist|artefacts|\.git|\.cache|\.vscode-test)$/;
    cpSync(repository, copy, {
      recursive: true,
      filter: (path) => dirname(path) !== repository || !left.test(basename(path)),
    });
    symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"), "junction");
    const options = {
      cwd: copy,
      encoding: "utf8",
      stdio: "pipe",
      shell: process.platform === "win32",
    } as const;
    execFileSync("npm", ["run", "package"], options);

    const folder = tempFolder(t);
    mkdirSync(join(folder, ".vscode"));
    const log = join(folder, "app.log");
    writeFileSync(log, "a line\n".repeat(10));
    const settings = { "logMonitor.monitor": { port: 0 } };
    writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
    const vsix = join(copy, "dist", "log-monitor.vsix");
    const workbench = await openWorkbench({ folder, vsix });
    t.after(() => workbench.stop());

    const { publisher, name, version } = manifest;
    const installed = readdirSync(workbench.server.extensionsDir).filter(
      (entry) => entry !== "extensions.json",
    );
    assert.deepEqual(installed, [`${publisher}.${name}-${version}`]);
    const began = performance.now();
    await workbench.openContainer("Log Monitor");
    await workbench.page.locator(".welcome-view-content .monaco-button", { hasText: "Add Log" }).click();
    await workbench.pick("app.log");
    // What is tried on the lines, and the thread that tries it, are in the package too.
    await workbench.page
      .locator(".quick-input-list .monaco-list-row", { hasText: "10 of 10 lines" })
      .first()
      .waitFor({ timeout: 60_000 });
    await workbench.pick("plain");
    await workbench.pick("From the start");
    const row = await workbench.treeRow("app.log");
    const moves = async () => {
      appendFileSync(log, "a line\n".repeat(10));
      return /[1-9]\S*\/s/.test((await row.textContent()) ?? "");
    };
    await until(moves, { timeout: 15_000, every: 200, what: "the log's rate" });
    assert.ok(performance.now() - began < 60_000, "no more than a minute");
    await workbench.screenshot("installed");
  });
});
