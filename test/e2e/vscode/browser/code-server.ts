import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { openWorkbench } from "../../../helpers/vscode-workbench.ts";

/** The package in code-server as its users have it: started, and given the extension, by its own command. */
export function inCodeServer(vsix: () => string): void {
  it("runs beside the files in code-server, which installed it by its own command line", async (t) => {
    const folder = tempFolder(t);
    const log = join(folder, "app.log");
    writeFileSync(log, "before\n");
    mkdirSync(join(folder, ".vscode"));
    const sources = { app: { type: "file", paths: ["app.log"], parser: "plain", from: "start" } };
    writeFileSync(
      join(folder, ".vscode", "settings.json"),
      JSON.stringify({ "logMonitor.sources": sources }),
    );
    const workbench = await openWorkbench({ folder, vsix: vsix(), entry: "code-server" });
    t.after(() => workbench.stop());

    await workbench.openContainer("Log Monitor");
    const row = await workbench.treeRow(/^app\b/);
    await workbench.command("Log Monitor: Open Log View");
    const view = await workbench.webview("main .list");
    let written = 0;
    const live = async () => {
      appendFileSync(log, `live ${written++}\n`);
      const lines = await view.locator(".body .message").allTextContents();
      const rate = /[1-9]\S*\/s/.test((await row.textContent()) ?? "");
      return rate && lines.includes("before") && lines.some((line) => line.startsWith("live "));
    };
    await until(live, { timeout: 60_000, every: 500, what: "lines as they are written, and their rate" });
    await workbench.screenshot("code-server");
  });
}
