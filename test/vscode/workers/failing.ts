import { existsSync, rmSync } from "node:fs";
import { workerData } from "node:worker_threads";

/** The real engine thread, which blocks for ever or fills its heap once the file `trigger` is there. */
const { trigger, how } = workerData as { trigger: string; how: "block" | "fill" };
await import("../../../src/worker.ts");
setInterval(() => {
  if (!existsSync(trigger)) return;
  rmSync(trigger);
  const kept: number[][] = [];
  for (;;) if (how === "fill") kept.push(Array.from({ length: 10_000 }, Math.random));
}, 20);
