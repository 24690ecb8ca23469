import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import { createChannel } from "../../src/protocol/channel.ts";
import type { EngineCalls, EngineNotices, HostCalls, HostNotices } from "../../src/protocol/engine.ts";
import { until } from "../helpers/until.ts";
import { median } from "./child.ts";

/**
 * Event-loop delay of the thread that hosts the engine thread, while that reads, parses, spools and stores
 * at full rate: what the extension host's main thread feels. Aim: p99 below 10 ms.
 */
export async function loopDelay(
  folder: string,
  input: string,
  runs: number,
): Promise<Record<string, string>> {
  const p99: number[] = [];
  for (let at = 0; at < runs; at++) {
    const own = mkdtempSync(join(folder, "loop-"));
    const worker = new Worker(new URL("../../dist/worker.js", import.meta.url), {
      workerData: { role: "engine" },
    });
    let lines = 0;
    const channel = createChannel<EngineCalls, EngineNotices, HostCalls, HostNotices>(
      { post: (message) => worker.postMessage(message), listen: (receive) => worker.on("message", receive) },
      {},
      {
        snapshot: ({ totals }) => {
          lines = totals.lines;
        },
        log() {},
        reconfigured() {},
      },
    );
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const values = {
      sources: { access: { paths: [input], parser: "nginx", from: "start" } },
      sinks: { out: { type: "file", path: "/dev/null" } },
      monitor: false,
    };
    await channel.call("configure", {
      layers: [{ origin: "user", baseDir: own, values }],
      folders: [{ name: "bench", path: own }],
      trusted: true,
      dataDir: join(own, "data"),
    });
    let last = -1;
    await until(
      () => {
        const settled = lines > 0 && lines === last;
        last = lines;
        return settled;
      },
      { timeout: 120_000, every: 1_500, what: "all lines to be read" },
    );
    delay.disable();
    p99.push(delay.percentile(99) / 1e6);
    await channel.call("close", undefined);
    await worker.terminate();
  }
  return {
    what: "main-thread loop delay at full rate",
    result: `p99 ${median(p99).toFixed(2)} ms`,
    aim: "p99 < 10 ms",
  };
}
