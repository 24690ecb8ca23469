import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { beginExport, PATIENCE } from "./log-live.ts";
import { createAppLog, openLogView, openOnAppLog, says } from "./log-window.ts";

const LINES = 500_000;
/** One in so many lines is an error. */
const RARE = 1000;

describe("an export of very many lines from the log view", () => {
  const folder = tempFolder({ after });
  const exported = () => readdirSync(folder).filter((name) => name.includes(".ndjson"));
  let faults: string[];
  let workbench: Workbench;
  let frame: Frame;

  before(async () => {
    createAppLog(
      folder,
      LINES,
      (number, time) =>
        JSON.stringify({
          time: new Date(time).toISOString(),
          level: number % RARE === 0 ? "error" : "info",
          msg: `request ${number} of user ${number % 977} was answered by the machine in the corner`,
          path: `/orders/${number % 31}`,
          took: number % 97,
        }),
      // A thousand lines a second.
      (number) => (LINES - number) * -99,
    );
    const toasts = [
      /^Exporting to .*given-up-\d\.ndjson/,
      /^Exporting to .*errors\.ndjson/,
      /^Exporting to .*unseen\.log/,
      /^Exported 500 lines to .*unseen\.log/,
      /^Exporting to .*xx\.log/,
      /^Log Monitor: ENAMETOOLONG/,
    ];
    ({ workbench, faults } = await openOnAppLog(folder, {}, { toasts }));
    frame = await openLogView(workbench);
    await says(frame, ".state", "500,000 of 500,000 lines");
  });
  after(() => workbench?.stop());

  it("tells how far it is, and leaves nothing behind when it is cancelled", async () => {
    const { page } = workbench;
    await workbench.command("Notifications: Show Notifications");
    const centre = page.locator(".notifications-center");
    await centre.waitFor(PATIENCE);
    /** Cancels one that is under way; false: it was quicker. */
    const cancelled = async (name: string): Promise<boolean> => {
      await beginExport({ frame, workbench }, "NDJSON", join(folder, name));
      const told = centre.locator(".notification-list-item", { hasText: name });
      const under = told.filter({ hasText: /[\d,]+ of 500,000 lines/ });
      const whole = () => exported().includes(name);
      await until(async () => whole() || (await under.isVisible()), { ...PATIENCE, what: "how far it is" });
      assert.match(exported().join(), /^given-up-\d\.ndjson(\.[0-9a-f]{8}\.part)?$/);
      const cancel = told.getByRole("button", { name: "Cancel" });
      if (!whole()) await cancel.click({ timeout: 10_000 }).catch(() => undefined);
      await told.waitFor({ state: "detached", timeout: PATIENCE.timeout });
      await until(() => !exported().join().includes(".part"), {
        ...PATIENCE,
        what: () => `${exported().join()} to go`,
      });
      if (!whole()) return true;
      rmSync(join(folder, name));
      return false;
    };
    let attempts = 1;
    while (!(await cancelled(`given-up-${attempts}.ndjson`)))
      assert.ok(++attempts <= 5, "each of five exports was quicker than its Cancel");
    assert.deepEqual(exported(), []);
    // What was quicker is told of for a while.
    if (attempts === 1) assert.equal(await frame.locator(".note").textContent(), "");
  });

  it("is followed by others as if nothing had been", async () => {
    await frame.locator("input.query").fill("level:error");
    await says(frame, ".state", "500 of 500,000 lines");
    await beginExport({ frame, workbench }, "NDJSON", join(folder, "errors.ndjson"));
    await frame.locator(".note", { hasText: "Exported 500 lines" }).waitFor(PATIENCE);
    assert.deepEqual(exported(), ["errors.ndjson"]);
    const lines = readFileSync(join(folder, "errors.ndjson"), "utf8").trimEnd().split("\n");
    assert.equal(lines.length, LINES / RARE);
    assert.ok(lines.every((line) => JSON.parse(line).level === "error"));
  });

  it("tells by a notification what came of it when nobody looks at the view any more", async () => {
    const { page } = workbench;
    const gone = () => until(() => frame.isDetached(), { ...PATIENCE, what: "the page to be gone" });
    await workbench.command("File: New Untitled Text File");
    await gone();
    const unseen = async (name: string) => {
      await page.getByRole("tab", { name: "Log", exact: true }).click({ timeout: PATIENCE.timeout });
      frame = await workbench.webview("main .list");
      await says(frame, ".state", "500 of 500,000 lines");
      await beginExport({ frame, workbench }, "Text", join(folder, name), async () => {
        await page.keyboard.press("Control+PageDown");
        await gone();
      });
      await workbench.command("Notifications: Show Notifications");
    };
    const told = (text: string | RegExp) =>
      page.locator(".notifications-center .notification-list-item", { hasText: text });
    await unseen("unseen.log");
    const exported = told(/Exported 500 lines to .*unseen\.log/);
    await exported.waitFor(PATIENCE);
    await exported.getByRole("button", { name: "Open unseen.log" }).click(PATIENCE);
    await page.locator(".tab.active", { hasText: "unseen.log" }).waitFor(PATIENCE);
    // With what it is called until it is whole, this name is longer than a file's may be.
    await unseen(`${"x".repeat(250)}.log`);
    await told(/ENAMETOOLONG/).waitFor(PATIENCE);
  });

  it("breaks no rule of its page", () => assert.deepEqual(faults, []));
});
