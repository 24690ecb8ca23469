import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { openWorkbench, type Workbench } from "../../../helpers/vscode-workbench.ts";

/** A folder someone else wrote: it wants a file outside it read, and all lines sent to an address of theirs. */
describe("a workspace that is not trusted", () => {
  let workbench: Workbench;
  let connections = 0;
  const folder = tempFolder({ after });
  const outside = tempFolder({ after });
  const inside = join(folder, "logs", "inside.log");
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(address && typeof address === "object");
    mkdirSync(join(folder, "logs"));
    mkdirSync(join(folder, ".vscode"));
    appendFileSync(inside, "one\n");
    appendFileSync(join(outside, "outside.log"), "secret\n");
    const source = (path: string) => ({ type: "file", paths: [path], parser: "plain", from: "start" });
    const settings = {
      "logMonitor.sources": { mine: source("logs/inside.log"), theirs: source(join(outside, "outside.log")) },
      "logMonitor.sinks": {
        away: { type: "influxdb", dsn: `http://127.0.0.1:${address.port}@u@p@nginx@s` },
      },
    };
    writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
    workbench = await openWorkbench({ folder, trust: false });
    await workbench.openContainer("Log Monitor");
  });
  after(async () => {
    server.close();
    await workbench?.stop();
  });

  it("has its own logs watched, and nothing outside it read", async () => {
    await workbench.treeRow("inside.log");
    const rows = await workbench.page.locator(".pane-body .monaco-list-row").allTextContents();
    assert.ok(!rows.some((row) => /theirs|outside/.test(row)), rows.join("; "));
    await workbench.screenshot("untrusted");
  });

  it("has nothing sent", async () => {
    const row = await workbench.treeRow("inside.log");
    const writer = setInterval(() => appendFileSync(inside, "more\n"), 20);
    try {
      await until(async () => /[1-9][\d.]*\/s/.test((await row.textContent()) ?? ""), {
        what: "lines to flow",
      });
    } finally {
      clearInterval(writer);
    }
    assert.equal(connections, 0);
  });

  it("is read and sent as its settings say once it is trusted, without a reload", async () => {
    await workbench.command("Workspaces: Manage Workspace Trust");
    const trust = workbench.page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust/ });
    await trust.first().click();
    await workbench.treeRow("outside.log");
    await until(() => connections > 0, { timeout: 60_000, what: "something to be sent" });
    await workbench.screenshot("trusted");
  });
});
