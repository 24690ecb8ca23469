import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { tempFolder } from "../../../helpers/temp.ts";
import { openWorkbench, type Theme, type Workbench } from "../../../helpers/vscode-workbench.ts";

describe("the extension in VS Code's window", () => {
  const folder = tempFolder({ after });
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ folder });
  });
  after(() => workbench?.stop());

  it("has its container in the activity bar", async () => {
    await workbench.openContainer("Log Monitor");
    const title = workbench.page.locator(".part.sidebar .title-label", { hasText: /log monitor/i });
    await title.waitFor({ timeout: 60_000 });
    const welcome = workbench.page.locator(".welcome-view-content .monaco-button", { hasText: "Add Log" });
    await welcome.waitFor({ timeout: 60_000 });
  });

  for (const theme of ["light", "hc-black", "dark"] satisfies Theme[]) {
    it(`shows in the theme ${theme}`, async () => {
      await workbench.setTheme(theme);
      assert.ok(existsSync(await workbench.screenshot(`container-${theme}`)));
    });
  }

  it("is there again after the window was reloaded", async () => {
    await workbench.reload();
    await workbench.openContainer("Log Monitor");
  });

  it("can show no notification, in the centre or as a dialog, that the tests do not hear of", async () => {
    const { page } = workbench;
    await workbench.command("Notifications: Show Notifications");
    await page.locator(".notifications-center.visible").waitFor({ timeout: 60_000 });
    await workbench.command("Log Monitor: Try Parser");
    await workbench.pick("no-such.log");
    await page
      .locator(".notifications-center", { hasText: "No file is there yet." })
      .waitFor({ timeout: 60_000 });
    await workbench.command("Help: About");
    await page.locator(".monaco-dialog-box").waitFor({ timeout: 60_000 });
    await assert.rejects(workbench.stop(), ({ message }: Error) => {
      assert.match(message, /^Nobody asked for the notification "Log Monitor: No file is there yet\."\.$/m);
      assert.match(message, /^Nobody asked for the notification ".*Commit: /m);
      assert.equal(message.split("Nobody asked").length, 3);
      return true;
    });
  });
});
