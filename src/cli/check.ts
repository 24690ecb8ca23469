import { existsSync } from "node:fs";
import type { SinkConfig, SourceConfig } from "../config/config.ts";
import type { PlacedExpression } from "../config/expressions.ts";
import { parseConfig } from "../config/parse.ts";
import { buildSink } from "../engine/build.ts";
import { createExpressionCheck } from "../engine/expressions.ts";
import { unusable } from "../engine/folder.ts";
import { lockFolder } from "../engine/lock.ts";
import { reasonOf, UserError } from "../errors.ts";
import { counted } from "../lib/counted.ts";
import { silent } from "../lib/log.ts";
import type { ConfigIssue } from "../protocol/engine.ts";
import { sources } from "../sources/index.ts";
import { askEtcd } from "./ask-etcd.ts";
import { defineCommand, type Host } from "./command.ts";
import { configInput } from "./input.ts";

/** How long (ms) a sink may take to answer. */
const PATIENCE = 15_000;

export const check = defineCommand({
  usage: "[--config FILE] [--data-dir DIR]",
  about: `Validates a configuration and tries each of its sinks as a real write would, without sending a record.
Prints one line a fault, with file, line and key, and ends with 1 if there was an error. Paths that match
no file at present are warned of.`,
  options: {
    config: {
      type: "string",
      short: "c",
      value: "FILE",
      help: "configuration (default: log-monitor.yaml here)",
    },
    "data-dir": { type: "string", value: "DIR", help: "spool, store, checkpoints (default: .log-monitor)" },
  },
  async run(values, _, host) {
    const etcd = askEtcd();
    const loaded = await parseConfig(configInput(values, host.cwd), host.env, undefined, etcd.read);
    const { config } = loaded;
    const issues = [...loaded.issues, ...(await runaways(loaded.expressions))];
    for (const issue of issues) host.err(`${issueText(issue)}\n`);
    if (etcd.error !== undefined)
      host.err(`etcd: error: ${etcd.error}; what was kept of the last run is checked\n`);
    const faults = issues.filter(({ severity }) => severity === "error").length;
    const errors = faults + (etcd.error === undefined ? 0 : 1);
    await tellUnmatched(config.sources.values(), host);
    const failed = await reach(config.sinks.values(), config.dataDir, host);
    if (errors + failed > 0) {
      host.err(`${counted(errors, "error")}, ${failed} of ${counted(config.sinks.size, "sink")} failed\n`);
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
    for (const { pattern, folder } of (await sources[type]?.unmatched?.(options as never)) ?? []) {
      const where = existsSync(folder) ? folder : `${folder}, which is not there`;
      host.err(`sources.${id}.paths: warning: no file matches ${pattern} at present: looked in ${where}\n`);
    }
  }
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

/** Tries all sinks at the same time, says how each fared, and answers how many failed. */
async function reach(configs: Iterable<SinkConfig>, dataDir: string, host: Host): Promise<number> {
  let lock: { release(): void } | undefined;
  let held: string | undefined;
  try {
    lock = await lockFolder(dataDir, 0);
  } catch (error) {
    if (!(error instanceof UserError)) throw unusable(dataDir, error);
    held = error.message;
  }
  try {
    const results = await Promise.all(
      [...configs].map(async (config) => {
        // The store has one writer at a time: one that is running proves that it works.
        if (held !== undefined && config.type === "store") {
          host.out(`sinks.${config.id}: not tried: ${held}\n`);
          return true;
        }
        try {
          host.out(`sinks.${config.id}: good (${await tryOut(config, dataDir)})\n`);
          return true;
        } catch (error) {
          host.err(`sinks.${config.id}: error: ${reasonOf(error)}\n`);
          return false;
        }
      }),
    );
    return results.filter((good) => !good).length;
  } finally {
    lock?.release();
  }
}

async function tryOut(config: SinkConfig, dataDir: string): Promise<string> {
  const { id, baseDir } = config;
  const sink = await buildSink(config, { id, log: silent, dataDir, baseDir });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    await Promise.race([sink.check(), late]);
    return sink.target;
  } finally {
    clearTimeout(timer);
    await sink.close();
  }
}
