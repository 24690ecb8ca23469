import { linkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import manifest from "../../../package.json" with { type: "json" };
import type { LogMonitor } from "../../../src/extension.ts";
import { until } from "../../helpers/until.ts";

/** What a run leaves in the file that LOG_MONITOR_RESULTS names; delays are in ms. */
export interface HostFigures {
  readonly idle: Delays;
  readonly loaded: Delays;
  /** From the appearance of the log to the last line in the store. */
  readonly seconds: number;
  /** Of the whole extension host, all its threads. */
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
}

export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** The dashboard's page is fetched and drawn by then; measured as the reference afterwards. */
const SETTLE_SECONDS = 5;
const REFERENCE_SECONDS = 5;

/**
 * VS Code calls this in the extension host. Measures how late the main thread's event loop is: first with the
 * dashboard open and nothing to read, then while the engine's thread reads LOG_MONITOR_INPUT as fast as it can.
 */
export async function run(): Promise<void> {
  const input = process.env.LOG_MONITOR_INPUT ?? "";
  const lines = Number(process.env.LOG_MONITOR_LINES);
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const extension = vscode.extensions.getExtension<LogMonitor>(`${manifest.publisher}.${manifest.name}`);
  if (!folder || !extension) throw new Error("the window has no folder or no extension");
  const log = join(folder.uri.fsPath, "access.log");
  const settings = {
    "logMonitor.sources": { access: { paths: [log], parser: "nginx", from: "start" } },
    // 9193 may be taken; everything else is as it ships.
    "logMonitor.monitor": { port: 0 },
  };
  writeFileSync(join(folder.uri.fsPath, ".vscode", "settings.json"), JSON.stringify(settings));
  const api = await extension.activate();
  await until(() => api.snapshot()?.sources.length === 1, { timeout: 30_000, what: "the source" });
  await vscode.commands.executeCommand("logMonitor.openDashboard");
  await until(dashboardShown, { timeout: 30_000, what: "the dashboard" });
  await delay(SETTLE_SECONDS * 1000);

  // With the finest resolution; that millisecond is part of each delay.
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await delay(REFERENCE_SECONDS * 1000);
  const idle = delaysOf(histogram);

  histogram.reset();
  const cpu = process.cpuUsage();
  const began = performance.now();
  linkSync(input, log);
  await until(() => handled(api, lines), { timeout: 150_000, every: 50, what: `${lines} lines` });
  const loaded = delaysOf(histogram);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  histogram.disable();
  if (!dashboardShown()) throw new Error("the dashboard was not open to the end");
  // At least that of the process which started this one: a smaller one than an extension host.
  const peakMebibytes = process.resourceUsage().maxRSS / 1024;
  const figures: HostFigures = {
    idle,
    loaded,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakMebibytes,
  };
  writeFileSync(process.env.LOG_MONITOR_RESULTS ?? "", JSON.stringify(figures));
}

/** True when all lines were read and are in the store. */
function handled(api: LogMonitor, lines: number): boolean {
  const snapshot = api.snapshot();
  const [store] = snapshot?.sinks ?? [];
  return snapshot?.totals.lines === lines && store?.type === "store" && store.delivered === lines;
}

function dashboardShown(): boolean {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith("logMonitor.dashboard");
}

function delaysOf(histogram: IntervalHistogram): Delays {
  const [p50 = 0, p99 = 0] = [50, 99].map((share) => histogram.percentile(share) / 1e6);
  return { p50, p99, max: histogram.max / 1e6 };
}
