import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { until } from "../helpers/until.ts";
import { cli, measure, median } from "./child.ts";
import { cpuSecondsOf } from "./proc.ts";

const FILES = 1_000;
const SECONDS = 30;

/** CPU of watching 1,000 files in which nothing happens, over 30 s. Aim: below 0.2 CPU-seconds. */
export async function idle(folder: string, runs: number): Promise<Record<string, string>> {
  const used: number[] = [];
  for (let at = 0; at < runs; at++) {
    const own = mkdtempSync(join(folder, "idle-"));
    mkdirSync(join(own, "logs"));
    for (let file = 0; file < FILES; file++) writeFileSync(join(own, "logs", `${file}.log`), "a line\n");
    const config = join(own, "log-monitor.json");
    const sources = { all: { paths: ["logs/*.log"], parser: "plain", from: "start" } };
    writeFileSync(config, JSON.stringify({ sources, monitor: { port: 0 }, dataDir: "data" }));
    const child = measure(cli, ["run", "--config", config]);
    // What is measured is watching, so the first reads of all files must be over.
    let last = -1;
    await until(
      async () => {
        const now = cpuSecondsOf(child.pid);
        const settled = now - last < 0.02 && now > 0.3;
        last = now;
        await delay(2_000);
        return settled;
      },
      { timeout: 60_000, what: "the first reads to end" },
    );
    const before = cpuSecondsOf(child.pid);
    await delay(SECONDS * 1000);
    used.push(cpuSecondsOf(child.pid) - before);
    child.stop();
    await child.ended;
  }
  return {
    what: `${FILES} idle files, ${SECONDS} s`,
    result: `${median(used).toFixed(3)} CPU-s`,
    aim: "< 0.2 CPU-s",
  };
}
