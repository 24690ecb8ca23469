import { parentPort } from "node:worker_threads";
import type { CrewAnswer, CrewJob } from "./store/crew.ts";
import { createScanner } from "./store/scanner.ts";

/** How long (ms) segments stay open that nobody asks for. */
const OPEN = 250;

const port = parentPort;
if (!port) throw new Error("scan.ts runs in a worker thread only");

const scanner = createScanner();
let timer: NodeJS.Timeout | undefined;
port.on("message", ({ id, job }: CrewJob) => {
  clearTimeout(timer);
  const answer = scanner.scan(job);
  port.postMessage({ id, answer } satisfies CrewAnswer);
  timer = setTimeout(scanner.rest, OPEN);
});
