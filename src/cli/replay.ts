import { existsSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Config } from "../config/config.ts";
import { diffConfig } from "../config/diff.ts";
import { parseConfig } from "../config/parse.ts";
import { writeAgain } from "../engine/again.ts";
import { deadFile } from "../engine/deadletters.ts";
import { readLetter } from "../engine/letter.ts";
import { holderOf, tryLock } from "../engine/lock.ts";
import { createPlant } from "../engine/plant.ts";
import { replayFiles, sentOf } from "../engine/replay.ts";
import { UserError } from "../errors.ts";
import { counted } from "../lib/counted.ts";
import { linesOf } from "../lib/line-reader.ts";
import { sinks } from "../sinks/index.ts";
import { defineCommand, durationOf, type Host, instant, UsageError } from "./command.ts";
import { configInput } from "./input.ts";
import { askRunning } from "./running.ts";
import { createTerminal } from "./terminal.ts";

/** Between two looks at how far a replay is (ms). */
const LOOK = 100;

export const replay = defineCommand({
  usage: "--sink S (--dead | --since T [--until T]) [--config FILE] [--data-dir DIR]",
  about: `Sends a sink its dead letters again, as they stand in dead/<sink>.ndjson by now, or what the embedded store
holds of the time since T. Where Log Monitor runs on the data folder, that one is asked to do it. What is refused again
goes back to the dead letters; the ids are the same, so that a sink that goes by them has each record once.`,
  options: {
    sink: { type: "string", value: "S", help: "id of the sink" },
    dead: { type: "boolean", help: "its dead letters" },
    since: {
      type: "string",
      value: "T",
      help: "records not older than this: 15m, 2h, 7d, or a time like 2026-03-04T13:49:52Z",
    },
    until: { type: "string", value: "T", help: "records older than this, written likewise" },
    force: {
      type: "boolean",
      help: "--since also for a sink that does not go by ids: it gets them a second time",
    },
    patience: {
      type: "string",
      default: "30s",
      value: "T",
      help: "how long to wait without progress (default: 30s); what is left is sent by the next run",
    },
    config: { type: "string", short: "c", value: "FILE", help: "configuration that `run` was given" },
    "data-dir": { type: "string", value: "DIR", help: "what `run` was given" },
  },
  async run(values, _, host) {
    const { sink, since, until } = values;
    if (sink === undefined) throw new UsageError("name the sink with --sink");
    if ((values.dead ?? false) === (since !== undefined))
      throw new UsageError("give either --dead or --since");
    const patience = durationOf("--patience", values.patience);
    const { config } = await parseConfig(configInput(values, host.cwd), host.env);
    const now = Date.now();
    const from = since === undefined ? undefined : instant("--since", since, now);
    const to = until === undefined ? undefined : instant("--until", until, now);
    if (from !== undefined && to !== undefined && to <= from)
      throw new UsageError(`--until ${until} is not after --since ${since}: nothing lies between them`);
    const known = config.sinks.get(sink);
    if (!known) {
      const names = [...config.sinks.keys()].join(", ");
      throw new UserError(`the configuration has no sink ${sink}; it has ${names || "none"}`);
    }
    const { dead, again } = replayFiles(config.dataDir, sink);
    const letters = deadFile(config.dataDir, sink);
    const before = await lettersIn(letters);
    let count = 0;
    if (from !== undefined) {
      if (known.type === "store")
        throw new UserError("the embedded store is where the records are taken from");
      if (!sinks[known.type]?.once && !values.force) {
        throw new UserError(
          `${sink} is of type ${known.type}, which does not go by ids: it would get records a second time; --force does it all the same`,
        );
      }
      const range = { since: from, ...(to !== undefined && { until: to }) };
      count = await writeAgain(config, sink, range, (what) => host.err(`log-monitor replay: ${what}\n`));
    }
    // Those of a replay that was cut short come first.
    if (since === undefined) count = (await fitIn(letters, 0)) + (await fitIn(dead, await sentOf(dead)));
    if (since === undefined && count === 0 && before > 0 && !existsSync(dead)) {
      throw new UserError(
        `none of the ${counted(before, "line")} in ${letters} can be sent; log-monitor dead says what is wrong with them`,
      );
    }
    if (count === 0 && !existsSync(dead) && !existsSync(again)) {
      host.out(since === undefined ? `${sink} has no dead letters\n` : "the store holds no such record\n");
      return 0;
    }
    const lock = tryLock(config.dataDir);
    lock?.release();
    const job = { config, sink, dead: since === undefined, patience, host };
    const done = await (lock ? sendOurselves(job) : askTheOther(job));
    const left = await lettersIn(letters);
    if (!done.all) {
      const rest = (await restOf(dead)) + (await restOf(again));
      const why = done.lastError === undefined ? "" : ` (${done.lastError})`;
      host.err(
        `log-monitor replay: not all was sent: ${counted(rest, "record")} left${why}; what is left is sent by whoever runs on the data folder next\n`,
      );
      return 1;
    }
    const told = `${counted(count, "record")} ${count === 1 ? "was" : "were"} sent to ${sink} again; it has ${counted(left, "dead letter")} now\n`;
    if (known.type === "stdout") host.err(told);
    else host.out(told);
    return left > (since === undefined ? 0 : before) ? 1 : 0;
  },
});

interface Job {
  readonly config: Config;
  readonly sink: string;
  readonly dead: boolean;
  readonly patience: number;
  readonly host: Host;
}

/** What became of a replay. */
interface Sent {
  readonly all: boolean;
  /** What the sink said last; absent: nothing is wrong, or not known. */
  readonly lastError?: string | undefined;
}

/** Runs this one sink, without a source. */
async function sendOurselves({ config, sink, dead, patience, host }: Job): Promise<Sent> {
  const terminal = createTerminal(process.stderr, { verbose: false });
  const stop = new AbortController();
  host.stops.listen(() => stop.abort());
  const only = config.sinks.get(sink);
  const next: Config = {
    ...config,
    sources: new Map(),
    sinks: new Map(only && [[sink, only]]),
    monitor: false,
  };
  const plant = await createPlant(next, terminal, () => {}, stop.signal, 0);
  try {
    const change = await plant.prepare(next, diffConfig(undefined, next));
    await change.commit(undefined);
    const delivery = plant.delivery(sink);
    const left = leftIn(config.dataDir, sink);
    // One that was cut off goes on by itself; what it has refused is sent with the others.
    while (dead) {
      const { underWay } = await delivery.replayDead();
      if (!underWay) break;
      if (!(await ended(left, patience, stop.signal)))
        return { all: false, lastError: delivery.figures().lastError };
    }
    const all = await ended(left, patience, stop.signal);
    return { all, lastError: delivery.figures().lastError };
  } finally {
    await plant.close();
  }
}

/** The one that runs looks for requests in the folder. */
async function askTheOther({ config, sink, dead, patience, host }: Job): Promise<Sent> {
  const files = replayFiles(config.dataDir, sink);
  if (dead) writeFileSync(files.request, "");
  host.err(
    `log-monitor replay: process ${holderOf(config.dataDir) ?? "unknown"} runs on ${config.dataDir}: asked it\n`,
  );
  const stop = new AbortController();
  host.stops.listen(() => stop.abort());
  const all = await ended(leftIn(config.dataDir, sink), patience, stop.signal);
  const running = all ? undefined : await askRunning(config.dataDir);
  return { all, lastError: running?.sinks.find(({ id }) => id === sink)?.lastError };
}

/** What of requests and replays lies in the folder: changes with each step forward; undefined when all is done. */
function leftIn(dataDir: string, sink: string): () => string | undefined {
  const { request, dead, again } = replayFiles(dataDir, sink);
  return () => {
    const here = [request, dead, again].filter((file) => existsSync(file));
    if (here.length === 0) return undefined;
    return here.map((file) => file + statSync(`${file}.sent`, { throwIfNoEntry: false })?.mtimeMs).join();
  };
}

/** Waits until nothing is left; false when what is left stays the same for `patience` ms, or at a stop. */
async function ended(
  left: () => string | undefined,
  patience: number,
  signal: AbortSignal,
): Promise<boolean> {
  let last = left();
  let since = performance.now();
  while (!signal.aborted) {
    const now = left();
    if (now === undefined) return true;
    if (now !== last) since = performance.now();
    else if (performance.now() - since > patience) return false;
    last = now;
    await delay(LOOK);
  }
  return false;
}

/** Records of a replay that are still to be sent. */
async function restOf(file: string): Promise<number> {
  return existsSync(file) ? fitIn(file, await sentOf(file)) : 0;
}

async function lettersIn(file: string): Promise<number> {
  let letters = 0;
  for await (const _ of linesOf(file)) letters++;
  return letters;
}

/** Letters from a place on that can be sent; `dead` names the others. */
async function fitIn(file: string, from: number): Promise<number> {
  let letters = 0;
  for await (const { text } of linesOf(file, from)) {
    try {
      readLetter(text);
      letters++;
    } catch {
      // It stays where it is.
    }
  }
  return letters;
}
