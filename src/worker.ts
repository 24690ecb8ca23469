import { parentPort } from "node:worker_threads";
import { convertFile } from "./config/convert.ts";
import { entryEdits } from "./config/entry-edit.ts";
import { optionEdits } from "./config/option-edit.ts";
import { extractSecret } from "./config/secret-edit.ts";
import type { SecretSource } from "./config/secrets.ts";
import { switchEdits } from "./config/switch-edit.ts";
import { createEngine } from "./engine/engine.ts";
import { createSinkDrafts } from "./engine/sink-draft.ts";
import type { Log } from "./lib/log.ts";
import { createChannel } from "./protocol/channel.ts";
import type { EngineCalls, EngineNotices, HostCalls, HostNotices } from "./protocol/engine.ts";

const port = parentPort;
if (!port) throw new Error("worker.ts runs in a worker thread only");

const say =
  (level: keyof Log) =>
  (message: string): void =>
    channel.notify("log", { level, message });
const secrets: SecretSource = {
  get: (name) => channel.call("secret", name),
  missing: (name) => `the secret ${name} is not set: set it with the command "Log Monitor: Set Secret…"`,
};
const engine = createEngine({
  log: { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") },
  standBy: true,
  secrets,
});
const drafts = createSinkDrafts(process.env, secrets, engine.sinks.newest);
const channel = createChannel<HostCalls, HostNotices, EngineCalls, EngineNotices>(
  {
    post: (message, transfer) => port.postMessage(message, transfer ? [...transfer] : []),
    listen: (receive) => port.on("message", receive),
  },
  {
    configure: engine.configure,
    start: engine.start,
    stop: engine.stop,
    pause: engine.pause,
    resume: engine.resume,
    resetSink: engine.resetSink,
    replayDead: engine.replayDead,
    testSink: engine.sinks.test,
    cancelTest: engine.sinks.cancelTest,
    checkDraft: drafts.check,
    testDraft: drafts.test,
    previewDraft: drafts.preview,
    previewSink: engine.sinks.preview,
    replaySince: engine.sinks.replaySince,
    deadFile: engine.deadFile,
    snapshot: engine.snapshot,
    series: engine.series,
    checkpoints: engine.checkpoints,
    dataFolder: engine.dataFolder,
    whereIs: engine.whereIs,
    fates: engine.fates,
    remote: engine.sinks.remote.call,
    extractSecret,
    entryEdits,
    switchEdits,
    optionEdits,
    explain: engine.explain,
    convert: ({ file }) => convertFile(file),
    ping: () => undefined,
    close: engine.close,
  },
  {},
);
engine.onSnapshot((snapshot) => channel.notify("snapshot", snapshot));
engine.sinks.remote.onTold((told) => channel.notify("remote", told));
engine.onReconfigured((result) => channel.notify("reconfigured", result));
