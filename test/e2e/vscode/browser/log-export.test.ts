import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { beginExport, type LiveSession, PATIENCE } from "./log-live.ts";
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

  const session = (): LiveSession => ({
    frame,
    workbench,
    folder,
    counts: (text) => says(frame, ".state", text),
    monitor: "",
  });

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
    const toasts = [/^Exporting to .*given-up-\d\.ndjson/, /^Exporting to .*errors\.ndjson/];
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
      await beginExport(session(), "NDJSON", join(folder, name));
      const told = centre.locator(".notification-list-item", { hasText: name });
      await told.filter({ hasText: /[\d,]+ of 500,000 lines/ }).waitFor(PATIENCE);
      const [part = name] = exported();
      const pressed = told.getByRole("button", { name: "Cancel" }).click({ timeout: 10_000 });
      const done = await pressed.then(
        () => true,
        () => false,
      );
      await told.waitFor({ state: "detached", timeout: PATIENCE.timeout });
      if (done && part !== name) {
        assert.match(part, /^given-up-\d\.ndjson\.[0-9a-f]{8}\.part$/);
        return true;
      }
      for (const file of exported()) rmSync(join(folder, file));
      return false;
    };
    let done = false;
    for (let attempt = 1; attempt <= 5 && !done; attempt++)
      done = await cancelled(`given-up-${attempt}.ndjson`);
    assert.ok(done, "each of five exports was quicker than its Cancel");
    await until(() => exported().length === 0, { ...PATIENCE, what: "what was written to go" });
    assert.equal((await frame.locator(".note").textContent()) ?? "", "");
  });

  it("is followed by others as if nothing had been", async () => {
    await frame.locator("input.query").fill("level:error");
    await says(frame, ".state", "500 of 500,000 lines");
    await beginExport(session(), "NDJSON", join(folder, "errors.ndjson"));
    await frame.locator(".note", { hasText: "Exported 500 lines" }).waitFor(PATIENCE);
    assert.deepEqual(exported(), ["errors.ndjson"]);
    const lines = readFileSync(join(folder, "errors.ndjson"), "utf8").trimEnd().split("\n");
    assert.equal(lines.length, LINES / RARE);
    assert.ok(lines.every((line) => JSON.parse(line).level === "error"));
  });

  it("breaks no rule of its page", () => assert.deepEqual(faults, []));
});
