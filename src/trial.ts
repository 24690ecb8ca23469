import { parentPort } from "node:worker_threads";
import { createTrials } from "./engine/parser-trial.ts";
import { createChannel } from "./protocol/channel.ts";
import type { TrialCalls } from "./protocol/trial.ts";

const port = parentPort;
if (!port) throw new Error("trial.ts runs in a worker thread only");

const trials = createTrials();
createChannel<Record<never, never>, Record<never, never>, TrialCalls, Record<never, never>>(
  {
    post: (message, transfer) => port.postMessage(message, transfer ? [...transfer] : []),
    listen: (receive) => port.on("message", receive),
  },
  trials,
  {},
);
