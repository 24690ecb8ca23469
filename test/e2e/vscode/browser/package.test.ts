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
  it("installs from its file and watches a log", async (t) => {
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
    writeFileSync(log, "");
    const sources = { packaged: { type: "file", paths: ["app.log"], parser: "plain", from: "start" } };
    const settings = { "logMonitor.sources": sources, "logMonitor.monitor": { port: 0 } };
    writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
    const vsix = join(copy, "dist", "log-monitor.vsix");
    const workbench = await openWorkbench({ folder, vsix });
    t.after(() => workbench.stop());

    const { publisher, name, version } = manifest;
    const installed = readdirSync(workbench.server.extensionsDir).filter(
      (entry) => entry !== "extensions.json",
    );
    assert.deepEqual(installed, [`${publisher}.${name}-${version}`]);
    await workbench.openContainer("Log Monitor");
    const row = await workbench.treeRow("app.log");
    const moves = async () => {
      appendFileSync(log, "a line\n".repeat(10));
      return /[1-9]\S*\/s/.test((await row.textContent()) ?? "");
    };
    await until(moves, { timeout: 15_000, every: 200, what: "the log's rate" });
    await workbench.screenshot("installed");
  });
});
