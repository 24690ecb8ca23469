import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
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

  for (const theme of ["light", "hc-black", "hc-light", "dark"] satisfies Theme[]) {
    it(`shows in the theme ${theme}`, async () => {
      await workbench.setTheme(theme);
      assert.ok(existsSync(await workbench.screenshot(`container-${theme}`)));
    });
  }

  it("is there again after the window was reloaded", async () => {
    await workbench.reload();
    await workbench.openContainer("Log Monitor");
  });

  it("offers in the palette what can be done now: first logs, then what is done to them and to sinks", async () => {
    const { page } = workbench;
    const configure = (settings: object) => {
      mkdirSync(join(folder, ".vscode"), { recursive: true });
      writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
    };
    /** Waits until the palette, which is opened anew each time, has some commands of ours and has not others. */
    const offers = async (there: readonly string[], missing: readonly string[]) => {
      let all: readonly string[] = [];
      const fits = async () => {
        all = await offered(page);
        return there.every((one) => all.includes(one)) && !missing.some((one) => all.includes(one));
      };
      await until(fits, { timeout: 60_000, every: 500, what: () => `${there} without ${missing}: ${all}` });
    };
    const always = [
      "Add Log…",
      "Try Parser…",
      "Open Log View",
      "Open Dashboard",
      "Add Sink…",
      "Generate Sample Log",
    ];
    const ofLogs = ["Stop", "Pause", "Remove Log", "Show Checkpoints"];
    const ofSinks = ["Test Connection…", "Preview…", "Replay from a Time…"];
    const later = [
      "Start",
      "Resume",
      "Reset Sink…",
      "Show Dead Letters…",
      "Stop Sample Log",
      "Earlier Lines",
    ];
    await offers(always, [...ofLogs, ...ofSinks, ...later]);
    appendFileSync(join(folder, "app.log"), "a line\n");
    const sources = { app: { type: "file", paths: ["app.log"], parser: "plain" } };
    configure({ "logMonitor.sources": sources, "logMonitor.sinks": { out: { type: "file", path: "out" } } });
    await offers([...always, ...ofLogs, ...ofSinks], later);
    configure({});
    await offers(always, [...ofLogs, ...later]);
  });

  it("can show no notification, in the centre or as a dialog, that the tests do not hear of", async () => {
    const { page } = workbench;
    const centre = page.locator(".notifications-center.visible");
    const said = centre.filter({ hasText: "No file is there yet." });
    await workbench.ask("Log Monitor: Try Parser", "no-such.log");
    // An Escape that was meant for the palette shuts it.
    const shown = async () => {
      if (!(await centre.isVisible())) await workbench.command("Notifications: Show Notifications");
      return said.isVisible();
    };
    await until(shown, { timeout: 60_000, every: 500, what: "the notification in the centre" });
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

/** The titles of our commands that the palette has, which draws those in sight alone. */
async function offered(page: Page): Promise<readonly string[]> {
  const input = page.locator(".quick-input-widget .quick-input-box input");
  if (await input.isVisible()) await page.keyboard.press("Escape");
  await page.keyboard.press("F1");
  await input.fill(">Log Monitor: ", { timeout: 5_000 });
  const rows = page.locator(".quick-input-list .monaco-list-row");
  await rows.filter({ hasText: "Log Monitor: Add Log…" }).first().waitFor({ timeout: 5_000 });
  const found = new Map<string, string>();
  const whole = async () => {
    const drawn = await rows.evaluateAll((all) =>
      all.map((one) => ({
        at: one.getAttribute("data-index") ?? "",
        of: Number(one.getAttribute("aria-setsize")),
        label: one.querySelector(".label-name")?.textContent ?? "",
      })),
    );
    for (const { at, label } of drawn) found.set(at, label);
    await input.press("PageDown");
    return drawn.length > 0 && drawn.every(({ of }) => of <= found.size);
  };
  await until(whole, { timeout: 10_000, every: 50, what: "the whole list" });
  await input.press("Escape");
  return [...found.values()].flatMap((label) => /^Log Monitor: (.+)$/.exec(label)?.[1] ?? []);
}
