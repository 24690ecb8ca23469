import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tempFolder } from "../../../helpers/temp.ts";
import { repository } from "../../../helpers/vscode-paths.ts";
import { openWorkbench } from "../../../helpers/vscode-workbench.ts";

describe("the packaged extension", () => {
  it("installs from its file and shows its container", async (t) => {
    const options = {
      cwd: repository,
      encoding: "utf8",
      stdio: "pipe",
      shell: process.platform === "win32",
    } as const;
    execFileSync("npm", ["run", "package"], options);
    const vsix = join(repository, "dist", "log-monitor.vsix");
    const workbench = await openWorkbench({ folder: tempFolder(t), vsix });
    t.after(() => workbench.stop());
    assert.deepEqual(readdirSync(workbench.server.extensionsDir).sort(), [
      "extensions.json",
      "log-monitor.log-monitor-0.1.0",
    ]);
    await workbench.openContainer("Log Monitor");
    await workbench.screenshot("installed");
  });
});
