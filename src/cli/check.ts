import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config, SinkConfig, SourceConfig } from "../config/config.ts";
import type { PlacedExpression } from "../config/expressions.ts";
import { parseConfig } from "../config/parse.ts";
import { createExpressionCheck } from "../engine/expressions.ts";
import { unusable } from "../engine/folder.ts";
import { lockFolder } from "../engine/lock.ts";
import { trySink } from "../engine/try-sink.ts";
import { UserError } from "../errors.ts";
import { createConcealer, secretsIn } from "../lib/conceal.ts";
import { counted } from "../lib/counted.ts";
import { tryFolder } from "../lib/folders.ts";
import { silent } from "../lib/log.ts";
import type { ConfigIssue } from "../protocol/engine.ts";
import { sources } from "../sources/index.ts";
import { askEtcd, keptText } from "./ask-etcd.ts";
import { defineCommand, durationOf, type Host } from "./command.ts";
import { configInput } from "./input.ts";

export const check = defineCommand({
  usage: "[--config FILE] [--data-dir DIR] [--sink S] [--patience T]",
  about: `Validates a configuration and tries each of its sinks as a real write would, without sending a record.
Prints one line a fault, with file, line and key, and ends with 1 if there was an error. Paths that match
no file at present are warned of; a program or folder of a command that is not there, and brokers that a
source can't reach, are errors.`,
  options: {
    config: {
      type: "string",
      short: "c",
      value: "FILE",
      help: "configuration (default: log-monitor.yaml here)",
    },
    "data-dir": { type: "string", value: "DIR", help: "spool, store, checkpoints (default: .log-monitor)" },
    sink: { type: "string", value: "S", help: "try this sink alone" },
    patience: {
      type: "string",
      default: "10s",
      value: "T",
      help: "how long a sink may take to answer (default: 10s)",
    },
  },
  async run(values, _, host) {
    const etcd = askEtcd();
    const loaded = await parseConfig(configInput(values, host.cwd), host.env, undefined, etcd.read);
    const { config } = loaded;
    const issues = [...loaded.issues, ...(await runaways(loaded.expressions))];
    for (const issue of issues) host.err(`${issueText(issue)}\n`);
    if (etcd.error !== undefined) host.err(`etcd: error: ${etcd.error}; ${keptText(loaded, "checked")}\n`);
    const faults = issues.filter(({ severity }) => severity === "error").length;
    const misread = faults + (etcd.error === undefined ? 0 : 1);
    await tellUnmatched(config.sources.values(), host);
    const wanted = sinksWanted(config, values.sink);
    const patience = durationOf("--patience", values.patience);
    const [unable, failed] = await Promise.all([
      values.sink === undefined ? unableSources(config.sources.values(), patience, host) : 0,
      reach(wanted, config.dataDir, patience, host),
    ]);
    const errors = misread + unable;
    if (errors + failed > 0) {
      const untried = values.sink === undefined ? loaded.refused.filter((part) => /^sinks\./.test(part)) : [];
      const left = untried.length > 0 ? `, ${untried.length} with errors not tried` : "";
      host.err(`${counted(errors, "error")}, ${failed} of ${counted(wanted.length, "sink")} failed${left}\n`);
      return 1;
    }
    const { size } = config.sources;
    host.out(
      `the configuration is good: ${counted(size, "source")}, ${counted(config.sinks.size, "sink")}\n`,
    );
    return 0;
  },
});

/** No fault: a log may come later. */
async function tellUnmatched(configs: Iterable<SourceConfig>, host: Host): Promise<void> {
  for (const { id, type, options } of configs) {
    for (const { pattern, folder, reason } of (await sources[type]?.unmatched?.(options as never)) ?? []) {
      const where = existsSync(folder) ? folder : `${folder}, which is not there`;
      if (reason !== undefined) host.err(`sources.${id}.paths: warning: ${reason}\n`);
      else
        host.err(`sources.${id}.paths: warning: no file matches ${pattern} at present: looked in ${where}\n`);
    }
  }
}

/** Says what would fail at once in sources that are to run, and answers how many errors that makes. */
async function unableSources(configs: Iterable<SourceConfig>, patience: number, host: Host): Promise<number> {
  const found = await Promise.all(
    [...configs].map(async ({ id, type, options, enabled, consent, secrets = [] }) => {
      const faults = enabled && !consent ? await sources[type]?.check?.(options as never, patience) : [];
      const conceal = createConcealer([...secrets, ...secretsIn(options)]);
      return (faults ?? []).map((fault) => ({ id, ...fault, message: conceal.text(fault.message) }));
    }),
  );
  for (const { id, severity, option, message } of found.flat())
    host.err(`sources.${id}.${option}: ${severity}: ${message}\n`);
  return found.flat().filter(({ severity }) => severity === "error").length;
}

/** Warnings of expressions that can run away. */
async function runaways(expressions: readonly PlacedExpression[]): Promise<ConfigIssue[]> {
  const checking = createExpressionCheck(silent);
  try {
    return await checking.check(expressions);
  } finally {
    checking.close();
  }
}

/** Like a compiler: `file:line:column: error: sources.access.parser: what is wrong`, or `etcd:key: error: …`. */
export function issueText({
  severity,
  message,
  path,
  origin,
  file,
  line,
  column,
  key: at,
}: ConfigIssue): string {
  const place = [file ?? origin, at, line, column].filter((part) => part !== undefined).join(":");
  const key = path.length > 0 ? `${path.join(".")}: ` : "";
  return `${place}: ${severity}: ${key}${message}`;
}

function sinksWanted({ sinks: all }: Config, id: string | undefined): readonly SinkConfig[] {
  if (id === undefined) return [...all.values()];
  const found = all.get(id);
  if (!found)
    throw new UserError(
      `the configuration has no sink ${id}; it has ${[...all.keys()].join(", ") || "none"}`,
    );
  return [found];
}

/** Tries all sinks at the same time, says how each fared, and answers how many failed. */
async function reach(
  configs: readonly SinkConfig[],
  dataDir: string,
  patience: number,
  host: Host,
): Promise<number> {
  let lock: { release(): void } | undefined;
  let held: string | undefined;
  try {
    // A check leaves nothing behind: what is not there is not made.
    if (existsSync(join(dataDir, "lock.db"))) lock = await lockFolder(dataDir, 0);
    else tryFolder(dataDir);
  } catch (error) {
    if (!(error instanceof UserError)) throw unusable(dataDir, error);
    held = error.message;
  }
  try {
    const results = await Promise.all(
      configs.map(async (config) => {
        // The store has one writer at a time: one that is running proves that it works.
        if (held !== undefined && config.type === "store") {
          host.out(`sinks.${config.id}: not tried: ${held}\n`);
          return true;
        }
        const { good, text } = await trySink(config, dataDir, { patience });
        if (good) host.out(`sinks.${config.id}: good (${text})\n`);
        else host.err(`sinks.${config.id}: error: ${text}\n`);
        return good;
      }),
    );
    return results.filter((good) => !good).length;
  } finally {
    lock?.release();
  }
}
