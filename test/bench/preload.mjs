// Loaded into a measured process by --import: writes what it used to file descriptor 3 at its end.
import { readFileSync, writeSync } from "node:fs";

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const used = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMebibytes: (peak() ?? maxRSS) / 1024 };
  writeSync(3, JSON.stringify(used));
});

// Linux hands a parent's maxRSS on to the child; the high-water mark in /proc begins anew with the program.
function peak() {
  if (process.platform !== "linux") return undefined;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}
