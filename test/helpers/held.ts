import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { tempFolder } from "./temp.ts";
import { until } from "./until.ts";

/** What this process holds, by kind. Zero of a kind is left out. */
function held(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  if (process.platform === "linux") {
    counts.files = readdirSync("/proc/self/fd").length;
    counts.threads = readdirSync("/proc/self/task").length;
  }
  return counts;
}

/** What is left once all that is being closed is closed. */
export const settled = (): Promise<Record<string, number>> =>
  until(() => {
    const { CloseReq, TCPServerWrap, Timeout, ...rest } = held();
    return CloseReq || TCPServerWrap || Timeout ? undefined : rest;
  });

/** Every kind of thing that an engine holds: files, watches, timers, databases, a server, a configuration file. */
export function folderOf(t: TestContext) {
  const folder = tempFolder(t);
  const log = join(folder, "a.log");
  writeFileSync(log, "");
  const config = {
    monitor: { port: 0 },
    sources: { a: { paths: "*.log", parser: "plain", from: "start" } },
    sinks: { out: { type: "file", path: "out" } },
  };
  writeFileSync(join(folder, "log-monitor.yaml"), JSON.stringify(config));
  const count = (): number => {
    const out = join(folder, "out");
    return existsSync(out) ? readFileSync(out, "utf8").split("\n").length - 1 : 0;
  };
  const input = {
    layers: [{ origin: "user", baseDir: folder, values: { configFile: join(folder, "log-monitor.yaml") } }],
    folders: [],
    trusted: true,
    dataDir: join(folder, "data"),
  } as const;
  return { log, input, count };
}
