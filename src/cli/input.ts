import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseConfig } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import type { ConfigInput, Layer } from "../protocol/engine.ts";
import { UsageError } from "./command.ts";

/** Looked for in the current folder when neither --config nor --path is given. */
const NAMES = ["log-monitor.yaml", "log-monitor.yml", "log-monitor.json"];
const DATA_DIR = ".log-monitor";
/** What the first log_process read when it was given a DSN alone. */
const SEED_PATH = "/tmp/access.log";
const STDIN = "stdin";

interface Wanted {
  readonly config?: string | undefined;
  readonly path?: readonly string[] | undefined;
  readonly influxDsn?: string | undefined;
  readonly parser?: string | undefined;
  /** A kind of source that needs no options: `stdin`. */
  readonly source?: string | undefined;
  readonly "data-dir"?: string | undefined;
}

/**
 * What the options of `run` and `check` mean as configuration; `ways` are the options that the command has to
 * say what to watch. Throws UsageError and UserError.
 */
export function configInput(wanted: Wanted, cwd: string, ways = "--config FILE"): ConfigInput {
  const alone = wanted.influxDsn !== undefined && wanted.config === undefined && findFile(cwd) === undefined;
  const paths = wanted.path ?? (alone && wanted.source === undefined ? [SEED_PATH] : undefined);
  const layers: Layer[] =
    paths || wanted.source !== undefined
      ? [{ origin: "arguments", baseDir: cwd, values: seedValues(wanted, paths, cwd) }]
      : [{ origin: "user", baseDir: cwd, values: { configFile: wantedFile(wanted, cwd, ways) } }];
  const dataDir = wanted["data-dir"];
  if (dataDir !== undefined) layers.push({ origin: "arguments", baseDir: cwd, values: { dataDir } });
  return {
    layers,
    folders: [{ name: "cwd", path: cwd }],
    trusted: true,
    dataDir: resolve(cwd, DATA_DIR),
    plainSecrets: "env",
  };
}

/** The data folder that a `run` with the same options uses. */
export async function dataFolder(
  wanted: Pick<Wanted, "config" | "data-dir">,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const dataDir = wanted["data-dir"];
  if (dataDir !== undefined) return resolve(cwd, dataDir);
  if (wanted.config === undefined && findFile(cwd) === undefined) return resolve(cwd, DATA_DIR);
  return (await parseConfig(configInput(wanted, cwd), env)).config.dataDir;
}

/** Ids of the sinks of the configuration that `dataFolder` takes; none where the data folder is named without one. */
export async function sinksOf(
  wanted: Pick<Wanted, "config" | "data-dir">,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  if (wanted.config === undefined && (wanted["data-dir"] !== undefined || findFile(cwd) === undefined))
    return [];
  return [...(await parseConfig(configInput(wanted, cwd), env)).config.sinks.keys()];
}

function seedValues(wanted: Wanted, paths: readonly string[] | undefined, cwd: string): unknown {
  if (wanted.source !== undefined && wanted.source !== STDIN)
    throw new UsageError(`--source takes ${STDIN} only: others have options, and go into a configuration`);
  const way = paths ? "--path" : "--source";
  if (wanted.config !== undefined) throw new UsageError(`${way} and --config exclude each other`);
  if (paths && wanted.source !== undefined) throw new UsageError("--path and --source exclude each other");
  if (paths?.includes("")) throw new UsageError("--path is empty: name the log to watch");
  const source = paths
    ? { type: "file", paths: paths.map((path) => resolve(cwd, path)), parser: wanted.parser ?? "nginx" }
    : { type: STDIN, parser: wanted.parser ?? "auto" };
  return {
    sources: { [paths ? "log" : STDIN]: source },
    ...(wanted.influxDsn !== undefined && { sinks: { influx: { type: "influxdb", dsn: wanted.influxDsn } } }),
  };
}

function wantedFile({ config, influxDsn, parser }: Wanted, cwd: string, ways: string): string {
  if (influxDsn !== undefined)
    throw new UsageError("--influxDsn goes with --path: name a sink in the configuration");
  if (parser !== undefined)
    throw new UsageError("--parser goes with --path and --source: name it in the configuration");
  if (config !== undefined) {
    const file = resolve(cwd, config);
    if (!existsSync(file)) throw new UserError(`there is no configuration file ${file}`);
    return file;
  }
  const found = findFile(cwd);
  if (found !== undefined) return found;
  throw new UsageError(`nothing to do: give ${ways}, or write a ${NAMES[0]} here`);
}

function findFile(cwd: string): string | undefined {
  return NAMES.map((name) => join(cwd, name)).find((file) => existsSync(file));
}
