import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** CPU seconds a process has used, all its threads. Reads /proc on Linux, else asks `ps`. */
export function cpuSecondsOf(pid: number): number {
  if (process.platform === "linux") return secondsIn(`/proc/${pid}/stat`);
  const [minutes = "0", seconds = "0"] = ps("time=", pid).split(":").slice(-2);
  return Number(minutes) * 60 + Number(seconds);
}

/** The same of its main thread alone; undefined where the system does not tell. */
export function mainThreadSecondsOf(pid: number): number | undefined {
  return process.platform === "linux" ? secondsIn(`/proc/${pid}/task/${pid}/stat`) : undefined;
}

function secondsIn(path: string): number {
  const stat = readFileSync(path, "utf8");
  // Fields 14 and 15 (utime, stime), counted behind the command's closing bracket; 100 ticks a second.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory of a process now, in MiB. */
export function residentMebibytesOf(pid: number): number {
  if (process.platform !== "linux") return Number(ps("rss=", pid)) / 1024;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

function ps(column: string, pid: number): string {
  return execFileSync("ps", ["-o", column, "-p", String(pid)], { encoding: "utf8" }).trim();
}
