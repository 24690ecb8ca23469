import { setTimeout as delay } from "node:timers/promises";
import { parseConfig } from "../config/parse.ts";
import { createEngine, type Engine } from "../engine/engine.ts";
import { UserError } from "../errors.ts";
import { issueText } from "./check.ts";
import { defineCommand, type Host } from "./command.ts";
import { configInput } from "./input.ts";
import { liveLine, summary } from "./live.ts";
import { createTerminal, type Terminal } from "./terminal.ts";
import { wholeFiles } from "./whole.ts";

/** What a shell reports of a program that Ctrl-C ended. */
const INTERRUPTED = 130;
/** How long (ms) sinks may take to deliver what was read when the program is asked to stop. */
const FLUSH = 3_000;

export const run = defineCommand({
  usage: "[--config FILE | --path LOG [--influxDsn DSN]] [--data-dir DIR] [--once]",
  about: `Watches logs, keeps what they say in the embedded store and forwards it to the sinks of the configuration.
Without --config and --path it takes log-monitor.yaml of this folder. --path watches one log in the nginx
format with two times; without --influxDsn its lines go to the store alone (the first log_process went to
http://127.0.0.1:8086@imooc@imoocpass@nginx@s). SIGTERM or Ctrl-C flushes and ends; a second one ends at once.`,
  options: {
    config: { type: "string", short: "c", value: "FILE", help: "configuration: YAML or JSON" },
    path: {
      type: "string",
      multiple: true,
      value: "LOG",
      help: "log file or glob to watch, in place of --config",
    },
    influxDsn: {
      type: "string",
      value: "DSN",
      help: "address@user@password@database@precision, with --path",
    },
    parser: { type: "string", value: "NAME", help: "format of the lines, with --path (default: nginx)" },
    "data-dir": { type: "string", value: "DIR", help: "spool, store, checkpoints (default: .log-monitor)" },
    once: {
      type: "boolean",
      help: "read every file from its start to its present end, deliver all, and end",
    },
    verbose: { type: "boolean", short: "v", help: "say more" },
  },
  async run(values, _, host) {
    const terminal = createTerminal(process.stderr, { verbose: values.verbose ?? false });
    const input = { ...configInput(values, host.cwd), fromStart: values.once ?? false };
    const { issues } = await parseConfig(input, host.env);
    const wrong = issues.filter((issue) => issue.severity === "error");
    if (wrong.length > 0)
      throw new UserError(["the configuration is wrong", ...wrong.map(issueText)].join("\n"));
    const engine = createEngine({ log: terminal, env: host.env });
    try {
      await engine.configure(values.once ? await wholeFiles(input, host.env) : input);
      return await (values.once ? once(engine, host, terminal) : live(engine, host, terminal));
    } finally {
      terminal.status("");
      await engine.close();
    }
  },
});

async function live(engine: Engine, host: Host, terminal: Terminal): Promise<number> {
  const showing = engine.onSnapshot((snapshot) => terminal.status(liveLine(snapshot)));
  await stopped(host, terminal);
  showing.dispose();
  await engine.stop({});
  // What sinks do not take in this time stays in the spool for the next run.
  const patience = new AbortController();
  await Promise.race([
    engine.drain(FLUSH),
    delay(FLUSH, undefined, { signal: patience.signal }).catch(() => {}),
  ]);
  patience.abort();
  return 0;
}

async function once(engine: Engine, host: Host, terminal: Terminal): Promise<number> {
  const showing = engine.onSnapshot((snapshot) => terminal.status(liveLine(snapshot)));
  const drained = await Promise.race([engine.drain(), stopped(host, terminal)]);
  showing.dispose();
  terminal.status("");
  const snapshot = engine.snapshot();
  host.out(summary(snapshot, drained?.sinks ?? {}));
  if (!drained) return INTERRUPTED;
  for (const { id, files } of snapshot.sources)
    if (files.length === 0) terminal.warn(`source ${id}: no file`);
  const refused = snapshot.sinks.some((sink) => sink.dead > 0 || sink.dropped > 0);
  return drained.undelivered > 0 || refused ? 1 : 0;
}

/** Resolves at the first request to stop; the second one ends the process as a kill would: nothing is lost. */
function stopped(host: Host, terminal: Terminal): Promise<undefined> {
  return new Promise((resolve) => {
    host.stops.listen((count) => {
      if (count > 1) process.exit(INTERRUPTED);
      terminal.info("stopping: flushing what was read (once more to end at once)");
      resolve(undefined);
    });
  });
}
