import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../helpers/port.ts";
import { until } from "../helpers/until.ts";
import { cli, measure } from "./child.ts";

const MILLION = 1_000_000;
const PORTION = 100_000;

/** Resident memory after 1 M and after 10 M lines through parse, spool, file and store. */
export async function memory(folder: string): Promise<Record<string, string>> {
  const own = mkdtempSync(join(folder, "memory-"));
  const port = await freePort();
  const sample = join(own, "sample.log");
  await measure(cli, [
    "generate",
    "--format",
    "nginx",
    "--path",
    sample,
    "--rate",
    "0",
    "--lines",
    String(PORTION),
  ]).ended;
  const portion = readFileSync(sample);
  const log = join(own, "access.log");
  writeFileSync(log, "");
  const config = join(own, "log-monitor.json");
  const sources = { access: { paths: ["access.log"], parser: "nginx", from: "start" } };
  const sinks = { out: { type: "file", path: "/dev/null" } };
  writeFileSync(
    config,
    JSON.stringify({ sources, sinks, store: { maxBytes: "200MiB" }, monitor: { port }, dataDir: "data" }),
  );
  const child = measure(cli, ["run", "--config", config]);
  const handled = async (): Promise<number> => {
    const answer = (await (await fetch(`http://127.0.0.1:${port}/monitor`)).json()) as { HandleLine: number };
    return answer.HandleLine;
  };
  let written = 0;
  const feed = async (lines: number): Promise<number> => {
    for (const end = written + lines; written < end; written += PORTION) {
      appendFileSync(log, portion);
      const due = written + PORTION;
      await until(async () => (await handled()) >= due, {
        timeout: 60_000,
        every: 100,
        what: `${due} lines`,
      });
    }
    return residentMb(child.pid);
  };
  const early = await feed(MILLION);
  const late = await feed(9 * MILLION);
  child.stop();
  await child.ended;
  return {
    what: "memory after 1 M and 10 M lines",
    result: `${early.toFixed(0)} MB, ${late.toFixed(0)} MB`,
    aim: "no higher",
  };
}

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
