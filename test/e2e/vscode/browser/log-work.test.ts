import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { tempFolder } from "../../../helpers/temp.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { OPENED_SOURCES, useOpening, writeLarge } from "./log-open.ts";
import { openLogView, openWatched } from "./log-window.ts";
import { useWork, WORK_SETTINGS } from "./log-work.ts";

describe("the log view on a log that 5,000 lines a second are written to", () => {
  const folder = tempFolder({ after });
  let faults: string[];
  let workbench: Workbench;
  let frame: Frame;

  before(async () => {
    mkdirSync(join(folder, "logs"));
    writeLarge(folder);
    const { "logMonitor.sources": busy, ...more } = WORK_SETTINGS;
    const settings = { ...more, "logMonitor.sources": { ...busy, ...OPENED_SOURCES } };
    ({ workbench, faults } = await openWatched(folder, settings));
    frame = await openLogView(workbench, "busy");
  });
  after(() => workbench?.stop());

  useWork(() => ({ frame, workbench, folder }));
  useOpening(() => ({ frame, workbench, folder }));

  it("breaks no rule of its page", () => assert.deepEqual(faults, []));
});
