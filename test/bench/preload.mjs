// Loaded into a measured process by --import: writes what it used to file descriptor 3 at its end.
import { writeSync } from "node:fs";

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const used = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, maxRssMb: maxRSS / 1024 };
  writeSync(3, JSON.stringify(used));
});
