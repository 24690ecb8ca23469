import { setTimeout as delay } from "node:timers/promises";
import { parseConfig } from "../config/parse.ts";
import { createEngine, type Engine } from "../engine/engine.ts";
import { UserError } from "../errors.ts";
import type { FileFigures, Snapshot, SourceFigures } from "../model.ts";
import type { ConfigInput, Layer } from "../protocol/engine.ts";
import { askEtcd } from "./ask-etcd.ts";
import { issueText } from "./check.ts";
import { defineCommand, durationOf, type Host, UsageError } from "./command.ts";
import { EXIT } from "./exit.ts";
import { configInput } from "./input.ts";
import { liveLine, summary } from "./live.ts";
import { parserHint } from "./parser-hint.ts";
import { createTerminal, type Terminal } from "./terminal.ts";

/** How long (ms) sinks may take to deliver what was read when the program is asked to stop. */
const FLUSH = 3_000;

export const run = defineCommand({
  usage: "[--config FILE | --path LOG | -] [--influxDsn DSN] [--data-dir DIR] [--once]",
  about: `Watches logs, keeps what they say in the embedded store and forwards it to the sinks of the
configuration. Without --config and --path it takes log-monitor.yaml of this folder. --path watches one
log in the nginx format with two times; its lines go to the store, and with --influxDsn also to InfluxDB
(http://127.0.0.1:8086@user@password@database@s). Flags with one dash, -path and -influxDsn, are taken too.
A dash alone, or --source stdin, reads what is piped in, and ends when all of it is delivered.
SIGTERM or Ctrl-C flushes and ends; a second one ends at once.
Where another Log Monitor runs on the data folder, this one stands by and takes over when that ends.`,
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
    source: { type: "string", value: "stdin", help: "read what is piped in, like a dash alone" },
    parser: {
      type: "string",
      value: "NAME",
      help: "format of the lines, with --path (default: nginx) and --source (default: auto)",
    },
    "data-dir": { type: "string", value: "DIR", help: "spool, store, checkpoints (default: .log-monitor)" },
    once: {
      type: "boolean",
      help: "read each file to its present end, from its start or where reading ended before, deliver all, and end",
    },
    patience: {
      type: "string",
      default: "30s",
      value: "T",
      help: "with --once: give a sink up that fails for so long (default: 30s)",
    },
    verbose: { type: "boolean", short: "v", help: "say more" },
  },
  positionals: 1,
  async run(values, [dash], host) {
    if (dash !== undefined && dash !== "-")
      throw new UsageError(`"${dash}" is one argument too many: a log is named by --path`);
    const patience = durationOf("--patience", values.patience);
    const wanted = dash === undefined ? values : { ...values, source: "stdin" };
    const input = configInput(wanted, host.cwd, "--config FILE, --path LOG or -");
    const { issues } = await parseConfig(input, host.env, undefined, askEtcd().read);
    // Nobody has to be here to mend what others wrote to etcd: what was there before stays, or the rest runs.
    const wrong = issues.filter(({ severity, origin }) => severity === "error" && origin !== "etcd");
    if (wrong.length > 0)
      throw new UserError(["the configuration is wrong", ...wrong.map(issueText)].join("\n"));

    const terminal = createTerminal(process.stderr, { verbose: values.verbose ?? false });
    const stop = stopped(host, terminal);
    const engine = createEngine({ log: terminal, env: host.env, standBy: !values.once });
    try {
      const configured = engine.configure(values.once ? wholeFiles(input) : input).then(() => true);
      // A start may take long: it is not waited for when the program is to end.
      if (!(await Promise.race([configured, stop]))) return values.once ? EXIT.interrupted : EXIT.done;
      const showing = engine.onSnapshot((snapshot) => {
        // Records on the same terminal would be written into the middle of the line that changes.
        const shared = process.stdout.isTTY && writesStdout(snapshot);
        terminal.status(shared ? "" : liveLine(snapshot));
      });
      const whole = values.once || (await endOf(engine, stop));
      const code = await (whole ? once(engine, host, terminal, stop, patience) : live(engine));
      showing.dispose();
      return code;
    } finally {
      terminal.status("");
      await engine.close();
    }
  },
});

/** Every file from its start, and no port held for a run that ends by itself. */
function wholeFiles(input: ConfigInput): ConfigInput {
  const quiet: Layer = { origin: "arguments", baseDir: input.dataDir, values: { monitor: false } };
  return { ...input, layers: [...input.layers, quiet], fromStart: true };
}

/** Waits until it is asked to stop, or all sources have come to their end by themselves. @returns whether they have */
async function endOf(engine: Engine, stop: Promise<void>): Promise<boolean> {
  const over = Promise.withResolvers<boolean>();
  const look = ({ sources, followed }: Snapshot): void => {
    if (!followed && sources.length > 0 && sources.every(({ ended }) => ended)) over.resolve(true);
  };
  const listening = engine.onSnapshot(look);
  look(engine.snapshot());
  const ended = await Promise.race([over.promise, stop.then(() => false)]);
  listening.dispose();
  return ended;
}

async function live(engine: Engine): Promise<number> {
  if (engine.snapshot().followed) return EXIT.done;
  await engine.stop({});
  // What sinks do not take in this time stays in the spool for the next run.
  const patience = new AbortController();
  await Promise.race([
    engine.drain(FLUSH),
    delay(FLUSH, undefined, { signal: patience.signal }).catch(() => {}),
  ]);
  patience.abort();
  return EXIT.done;
}

async function once(
  engine: Engine,
  host: Host,
  terminal: Terminal,
  stop: Promise<void>,
  patience: number,
): Promise<number> {
  const drained = await Promise.race([engine.drain(patience), stop]);
  terminal.status("");
  const snapshot = engine.snapshot();
  const text = summary(snapshot, drained?.sinks ?? {});
  if (writesStdout(snapshot)) host.err(text);
  else host.out(text);
  if (!drained) return EXIT.interrupted;
  const { sources } = snapshot;
  for (const one of sources) {
    for (const trouble of troublesOf(one))
      if (!terminal.said(tells(one.id, trouble))) terminal.warn(`source ${one.id}: ${trouble}`);
  }
  for (const one of sources) {
    const hint = await parserHint(one);
    if (hint !== undefined) terminal.warn(hint);
  }
  if (sources.length === 0 && snapshot.etcd?.kept) {
    const why = snapshot.etcd.error ?? "no answer";
    terminal.error(`there is nothing to read, because etcd could not be reached (${why})`);
    return EXIT.failed;
  }
  const lacking = snapshot.sinks.some((sink) => sink.dead > 0 || sink.dropped > 0);
  const broken = sources.some(
    ({ state, awaits, files }) => state === "failed" || awaits !== undefined || files.some(unreadable),
  );
  if (broken || drained.undelivered > 0 || lacking || snapshot.spool.dropped + snapshot.spool.damaged > 0)
    return EXIT.failed;
  const waiting = sources.filter(({ state }) => state === "waiting");
  return waiting.length > 0 && waiting.length === sources.length ? EXIT.nothing : EXIT.done;
}

/** Whether a message of a source says this already. */
function tells(id: string, trouble: string): (message: string) => boolean {
  return (message) =>
    (message.startsWith(`source ${id}:`) || message.startsWith(`source ${id} `)) && message.includes(trouble);
}

/** Whether the standard output is for records: what else there is to say goes to the other one. */
function writesStdout({ sinks }: Snapshot): boolean {
  return sinks.some(({ type }) => type === "stdout");
}

/** What of a source was not read, and why: all of it, or files that were named. */
function troublesOf({ state, reason, files }: SourceFigures): string[] {
  if (state === "waiting" || state === "failed") return [reason ?? state];
  return files
    .filter((file) => file.state === "waiting" || unreadable(file))
    .map(({ path, reason }) => `${path}: ${reason ?? "was not read"}`);
}

/** What the engine leaves out because it writes it itself was not to be read. */
function unreadable({ state, leftOut }: FileFigures): boolean {
  return state === "failed" && !leftOut;
}

/** Resolves at the first request to stop; the second one ends the process as a kill would: nothing is lost. */
function stopped(host: Host, terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    host.stops.listen((count) => {
      if (count > 1) process.exit(EXIT.interrupted);
      terminal.info("stopping: flushing what was read (once more to end at once)");
      resolve();
    });
  });
}
