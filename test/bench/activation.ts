import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../helpers/port.ts";
import { until } from "../helpers/until.ts";
import { openWorkbench } from "../helpers/vscode-workbench.ts";
import type { Bench } from "./bench.ts";
import { median } from "./statistics.ts";
import { type Row, spread } from "./table.ts";

/**
 * Row (j): how long VS Code itself says that the extension took to activate, loading its bundle included, each time
 * in a window of its own with a log to watch.
 */
export async function activation(bench: Bench): Promise<Row> {
  const times: number[] = [];
  for (let run = 0; run < bench.runs; run++) {
    bench.say(`run ${run + 1} of ${bench.runs}: activation`);
    times.push(await activate(mkdtempSync(join(bench.folder, "activation-"))));
  }
  return {
    what: "(j) activation of the extension, as *Show Running Extensions* tells",
    measured: `${spread(times, String)} ms`,
    aim: { text: "< 50 ms", met: median(times) < 50 },
  };
}

/** Milliseconds. */
async function activate(folder: string): Promise<number> {
  mkdirSync(join(folder, ".vscode"));
  writeFileSync(join(folder, "app.log"), "a line\n");
  const settings = {
    "logMonitor.monitor": { port: await freePort() },
    "logMonitor.sources": { app: { type: "file", paths: ["app.log"], parser: "plain", from: "start" } },
  };
  writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
  const workbench = await openWorkbench({ folder });
  try {
    await workbench.openContainer("Log Monitor");
    await workbench.treeRow("app.log");
    await workbench.command("Developer: Show Running Extensions");
    const rows = workbench.page.locator(".runtime-extensions-editor .monaco-list-row");
    const row = rows.filter({ hasText: /log.monitor/i }).first();
    const told = async () =>
      /Activation: (\d+)ms/.exec((await row.textContent({ timeout: 60_000 })) ?? "")?.[1];
    return Number(await until(told, { timeout: 60_000, what: "the time of the activation" }));
  } finally {
    await workbench.stop();
  }
}
