import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { tempFolder } from "../../../helpers/temp.ts";
import { openWorkbench, type Theme, type Workbench } from "../../../helpers/vscode-workbench.ts";

describe("the extension in VS Code's window", () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ folder: tempFolder({ after }) });
  });
  after(() => workbench?.stop());

  it("has its container in the activity bar", async () => {
    await workbench.openContainer("Log Monitor");
    const title = workbench.page.locator(".part.sidebar .title-label", { hasText: /log monitor/i });
    await title.waitFor({ timeout: 15_000 });
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
});

describe("an untrusted folder", () => {
  it("opens in Restricted Mode with the extension's container", async (t) => {
    const folder = join(tempFolder(t), "untrusted");
    mkdirSync(folder);
    const workbench = await openWorkbench({ folder, trust: false });
    t.after(() => workbench.stop());
    await workbench.page
      .locator(".statusbar-item", { hasText: "Restricted Mode" })
      .waitFor({ timeout: 15_000 });
    await workbench.openContainer("Log Monitor");
    await workbench.screenshot("restricted");
  });
});
