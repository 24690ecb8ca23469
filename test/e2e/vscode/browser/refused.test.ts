import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { openDashboard } from "./dashboard.ts";
import { askName, beginExport, PATIENCE } from "./log-live.ts";
import { createAppLog, openLogView, openOnAppLog, says } from "./log-window.ts";

/** A name that a dialog takes and no file system of ours has room for, whoever writes: 600 bytes. */
const NO_NAME = "名".repeat(200);
const LINES = 300;

describe("what could not be done in a page", () => {
  const folder = tempFolder({ after });
  let faults: string[];
  let workbench: Workbench;

  /** Fails where a note that comes later is in no live region yet: screen readers would not hear of it. */
  const expectListening = async (frame: Frame, note: string) => {
    const region = frame.getByRole("status").and(frame.locator(note));
    assert.equal(await region.count(), 1, `${note} is a live region before it has a text`);
    assert.equal(await region.textContent(), "");
    await frame.evaluate(`globalThis.listening = document.querySelector(${JSON.stringify(note)})`);
  };
  const expectTold = async (frame: Frame, note: string) => {
    // It goes by itself: all of it is looked at in one moment.
    const seen = `((note) => [note.textContent, note === listening, note.checkVisibility()])(
      document.querySelector(${JSON.stringify(note)}))`;
    const [, same, visible] = await until(
      async () => {
        const told = await frame.evaluate<[string, boolean, boolean]>(seen);
        return /ENAMETOOLONG|too long/i.test(told[0]) ? told : undefined;
      },
      { ...PATIENCE, what: "the reason" },
    );
    assert.deepEqual({ same, visible }, { same: true, visible: true });
    await until(async () => (await frame.locator(note).textContent()) === "", {
      ...PATIENCE,
      what: "the note to go",
    });
    assert.equal(await frame.getByRole("status").and(frame.locator(note)).count(), 1);
  };

  before(async () => {
    createAppLog(folder, LINES, (number, time) =>
      JSON.stringify({ time: new Date(time).toISOString(), level: "info", msg: `request ${number}` }),
    );
    ({ workbench, faults } = await openOnAppLog(folder, {}, { toasts: [/^Exporting to /] }));
  });
  after(() => workbench?.stop());

  it("is told in the log view for a while, also to screen readers", async () => {
    const frame = await openLogView(workbench);
    const counts = (text: string | RegExp) => says(frame, ".state", text);
    await counts("300 of 300 lines");
    await expectListening(frame, ".note");
    await beginExport({ frame, workbench }, "NDJSON", join(folder, `${NO_NAME}.ndjson`));
    await expectTold(frame, ".note");
    await counts("300 of 300 lines");
  });

  it("is told in the dashboard for a while, also to screen readers", async () => {
    const { frame, card } = await openDashboard(workbench);
    await card("lines").locator(".stage:visible").waitFor(PATIENCE);
    await expectListening(frame, ".refused");
    const save = card("lines").locator(".save");
    const name = await askName(workbench.page, /\.png$/, () => save.click({ timeout: 10_000 }));
    await name.fill(join(folder, `${NO_NAME}.png`));
    await name.press("Enter");
    await expectTold(frame, ".refused");
    await card("lines").locator(".stage:visible").waitFor(PATIENCE);
    assert.deepEqual(
      readdirSync(folder).filter((one) => /\.(png|ndjson|part)$/.test(one)),
      [],
    );
  });

  it("breaks no rule of the pages", () => assert.deepEqual(faults, []));
});
