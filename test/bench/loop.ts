import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runInHost } from "../e2e/vscode/extension-host.ts";
import { desktopVSCode } from "../helpers/vscode-desktop.ts";
import { obtainVSCode } from "../helpers/vscode-install.ts";
import type { Bench } from "./bench.ts";
import type { Delays, HostFigures } from "./host/index.ts";
import { median } from "./statistics.ts";
import { type Row, spread } from "./table.ts";

/**
 * Row (d): event-loop delay of a real extension host's main thread, with the dashboard open, while the engine's
 * thread reads at full rate into the store. Each run has a VS Code of its own, whose delay with nothing to read
 * is the reference.
 */
export async function loopDelay(bench: Bench): Promise<Row> {
  const { lines, megabytes } = bench;
  const desktop = await desktopVSCode(bench.say);
  if (!desktop) await obtainVSCode(bench.say);
  const runs: HostFigures[] = [];
  for (let run = 1; run <= bench.runs; run++) {
    bench.say(`run ${run} of ${bench.runs}: event loop of the extension host`);
    runs.push(await inHost(bench, desktop));
  }
  const of = (state: "idle" | "loaded", figure: keyof Delays) => runs.map((run) => run[state][figure]);
  const p99 = of("loaded", "p99");
  return {
    what: "(d) event-loop delay of the extension host at full rate, store on, dashboard open",
    linesPerSecond: runs.map(({ seconds }) => lines / seconds),
    megabytesPerSecond: runs.map(({ seconds }) => megabytes / seconds),
    cpuPerLine: runs.map(({ cpuSeconds }) => (cpuSeconds * 1e6) / lines),
    peakMebibytes: runs.map(({ peakMebibytes }) => peakMebibytes),
    measured:
      `p50 ${spread(of("loaded", "p50"))} ms, p99 ${spread(p99)} ms, max ${spread(of("loaded", "max"))} ms; ` +
      `nothing to read: p99 ${spread(of("idle", "p99"))} ms, max ${spread(of("idle", "max"))} ms`,
    aim: { text: "p99 < 10 ms", met: median(p99) < 10 },
  };
}

async function inHost({ folder, input, lines }: Bench, desktop: string | undefined): Promise<HostFigures> {
  const home = realpathSync(mkdtempSync(join(folder, "host-")));
  const results = join(home, "results.json");
  try {
    await runInHost({
      home,
      desktop,
      suite: join(import.meta.dirname, "host"),
      env: { LOG_MONITOR_RESULTS: results, LOG_MONITOR_INPUT: input, LOG_MONITOR_LINES: String(lines) },
    });
    return JSON.parse(readFileSync(results, "utf8")) as HostFigures;
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}
