import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import type { ConfigInput } from "../protocol/engine.ts";
import { UsageError } from "./command.ts";

/** Looked for in the current folder when neither --config nor --path is given. */
const NAMES = ["log-monitor.yaml", "log-monitor.yml", "log-monitor.json"];
const DATA_DIR = ".log-monitor";

interface Wanted {
  readonly config?: string | undefined;
  readonly path?: readonly string[] | undefined;
  readonly influxDsn?: string | undefined;
  readonly parser?: string | undefined;
  readonly "data-dir"?: string | undefined;
}

/** What the options of `run` and `check` mean as configuration. */
export function configInput(wanted: Wanted, cwd: string): ConfigInput {
  const values = wanted.path ? seedValues(wanted, wanted.path, cwd) : { configFile: configFile(wanted, cwd) };
  const dataDir = wanted["data-dir"];
  return {
    layers: [
      { origin: "user", baseDir: cwd, values },
      ...(dataDir === undefined
        ? []
        : [{ origin: "arguments" as const, baseDir: cwd, values: { dataDir: resolve(cwd, dataDir) } }]),
    ],
    folders: [{ name: "cwd", path: cwd }],
    trusted: true,
    dataDir: dataDirOf(dataDir, cwd),
  };
}

/** Where spool and store are when nothing says otherwise. */
export function dataDirOf(option: string | undefined, cwd: string): string {
  return resolve(cwd, option ?? DATA_DIR);
}

function seedValues(wanted: Wanted, paths: readonly string[], cwd: string): unknown {
  if (wanted.config !== undefined) throw new UsageError("--path and --config exclude each other");
  const source = {
    type: "file",
    paths: paths.map((path) => resolve(cwd, path)),
    parser: wanted.parser ?? "nginx",
  };
  return {
    sources: { log: source },
    ...(wanted.influxDsn !== undefined && { sinks: { influx: { type: "influxdb", dsn: wanted.influxDsn } } }),
  };
}

function configFile({ config, influxDsn, parser }: Wanted, cwd: string): string {
  if (influxDsn !== undefined)
    throw new UsageError("--influxDsn goes with --path: name a sink in the configuration");
  if (parser !== undefined) throw new UsageError("--parser goes with --path: name it in the configuration");
  if (config !== undefined) {
    const file = resolve(cwd, config);
    if (!existsSync(file)) throw new UserError(`there is no configuration file ${file}`);
    return file;
  }
  const found = NAMES.map((name) => join(cwd, name)).find((file) => existsSync(file));
  if (found) return found;
  throw new UsageError(`nothing to do: give --config FILE or --path LOG, or write a ${NAMES[0]} here`);
}
