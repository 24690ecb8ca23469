import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { deadPort, freePort } from "../../../helpers/port.ts";
import { replaceFile } from "../../../helpers/replace-file.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import type { LiveSession } from "./log-live.ts";
import { useLosses } from "./log-lost.ts";
import { MERGED_SOURCES, useMerged } from "./log-merged.ts";
import { RATE_SOURCES, useRate } from "./log-rate.ts";
import { openWatched, says } from "./log-window.ts";

describe("the log view on logs that are being written", () => {
  const folder = tempFolder({ after });
  let ports: { readonly monitor: number; readonly away: number; readonly udp: number };
  let faults: string[];
  let workbench: Workbench;
  let frame: Frame;

  const settings = (sources: object = {}) => ({
    "logMonitor.monitor": { port: ports.monitor },
    "logMonitor.sources": { ...MERGED_SOURCES, ...RATE_SOURCES, ...sources },
  });
  const session = (): LiveSession => ({
    frame,
    workbench,
    folder,
    counts: (text) => says(frame, ".state", text),
    monitor: `http://127.0.0.1:${ports.monitor}`,
  });

  before(async () => {
    mkdirSync(join(folder, "logs"));
    ports = { monitor: await freePort(), away: await deadPort(), udp: await freePort() };
    const toasts = [/^Exporting to .*(all|paused)\.log/, /^Exporting to .*some\.csv/];
    ({ workbench, faults } = await openWatched(folder, settings(), { toasts }));
    await workbench.openContainer("Log Monitor");
    await workbench.treeRow("left");
    await workbench.command("Log Monitor: Open Log View");
    frame = await workbench.webview("main .list");
  });
  after(() => workbench?.stop());

  useMerged(session);
  useRate(session);
  useLosses(
    session,
    () => ports,
    (lossy, more = {}) => {
      const all = { ...settings(lossy.sources), ...lossy.settings, ...more };
      replaceFile(join(folder, ".vscode", "settings.json"), JSON.stringify(all), `${folder}-settings.json`);
    },
  );

  it("breaks no rule of its page", () => assert.deepEqual(faults, []));
});
