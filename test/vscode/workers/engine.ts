import { parentPort, workerData } from "node:worker_threads";
import { createChannel } from "../../../src/protocol/channel.ts";
import type { EngineCalls, EngineNotices, HostCalls, HostNotices } from "../../../src/protocol/engine.ts";

/** A thread that speaks the protocol and ends in the way that `workerData.end` names. */
const port = parentPort!;
const { end, dataDir = "" } = workerData as {
  end: "never" | "throw" | "exit" | "unclonable" | "stuck";
  dataDir?: string;
};
const nothing = () => undefined;
const emptyFlow = { lines: 0, bytes: 0, unparsed: 0, errors: 0, linesPerSecond: 0, bytesPerSecond: 0 };
const snapshot = {
  at: 1,
  startedAt: 1,
  totals: { ...emptyFlow, sinkErrors: 0 },
  tps: 0,
  sources: [],
  sinks: [],
  channels: [],
  spool: { blocks: 0, bytes: 0, capacity: 0, dropped: 0, damaged: 0 },
  problems: [],
};

const channel = createChannel<HostCalls, HostNotices, EngineCalls, EngineNotices>(
  {
    post: (message) => port.postMessage(message),
    listen: (receive) => void port.on("message", receive),
  },
  {
    configure(input) {
      channel.notify("log", { level: "info", message: `configured ${input.dataDir}` });
      return { issues: [], added: [input.dataDir], removed: [], changed: [], unchanged: [] };
    },
    start: nothing,
    remote: nothing,
    extractSecret: () => ({ start: 0, end: 0, text: "", name: "", value: "" }),
    stop: nothing,
    pause: nothing,
    resume: nothing,
    resetSink: nothing,
    replayDead: () => ({ letters: 0, bad: [], underWay: false }),
    testSink: ({ sink }) => ({ sink, good: true, text: "" }),
    cancelTest: nothing,
    checkDraft: () => [],
    optionEdits: () => undefined,
    previewDraft: () => undefined,
    testDraft: ({ id }) => ({ sink: id, good: true, text: "" }),
    previewSink: ({ sink }) => ({ sink, text: "" }),
    replaySince: () => ({ records: 0, twice: false }),
    deadFile: () => "",
    dataFolder: () => dataDir,
    fates: () => [],
    whereIs: (query) => ({ ...query, fates: [] }),
    entryEdits: nothing,
    switchEdits: nothing,
    explain: () => ({ parts: [] }),
    convert: () => ({ text: "", warnings: [] }),
    snapshot: () => snapshot,
    // Never answers; the thread ends instead.
    series: () =>
      new Promise((_resolve, reject) => {
        if (end === "exit") process.exit(7);
        if (end === "throw") {
          setImmediate(() => {
            throw new Error("the engine broke");
          });
        }
        if (end === "never") reject(new TypeError("no such range"));
      }),
    checkpoints: () => [],
    ping: nothing,
    close: () => (end === "stuck" ? new Promise(() => undefined) : undefined),
  },
  {},
);
channel.notify("snapshot", snapshot);
