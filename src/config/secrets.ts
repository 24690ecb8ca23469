import { reasonOf } from "../errors.ts";

/** Where `${secret:NAME}` comes from: the editor's secret storage, or the environment. */
export interface SecretSource {
  /** The value, or undefined where there is none of the name. */
  get(name: string): string | undefined | Promise<string | undefined>;
  /** What to say where there is none: names it, and what to do. */
  missing(name: string): string;
  /** How long (ms) it may take to answer, where it is waited for; absent: ten seconds. */
  readonly patience?: number;
}

/** What the secrets of a configuration are, asked for once. */
export interface SecretValues {
  get(name: string): string | undefined;
  missing(name: string): string;
}

/**
 * Secrets of a program without secret storage: `sinks.influx.password` is the environment variable
 * LOG_MONITOR_SECRET_SINKS_INFLUX_PASSWORD.
 */
export function secretsOfEnv(env: NodeJS.ProcessEnv): SecretSource {
  return {
    get: (name) => env[variableOf(name)],
    missing: (name) => `the secret ${name} is not set: set the environment variable ${variableOf(name)}`,
  };
}

function variableOf(name: string): string {
  return `LOG_MONITOR_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
}

/** Asks a source once for each secret, however often it is wanted. */
export function askedOnce(source: SecretSource): SecretSource {
  const answers = new Map<string, ReturnType<SecretSource["get"]>>();
  return {
    missing: source.missing,
    get(name) {
      if (!answers.has(name)) answers.set(name, source.get(name));
      return answers.get(name);
    },
  };
}

/** Asks for each secret that values name, for all at once. */
export async function secretsOf(values: Iterable<unknown>, source: SecretSource): Promise<SecretValues> {
  const names = new Set<string>();
  for (const value of values) findNames(value, names);
  const known = new Map<string, string | undefined>();
  const failed = new Map<string, string>();
  const ask = async (name: string): Promise<void> => {
    try {
      known.set(name, await source.get(name));
    } catch (error) {
      failed.set(name, reasonOf(error));
    }
  };
  await Promise.all([...names].map(ask));
  return {
    get: (name) => known.get(name),
    missing(name) {
      const reason = failed.get(name);
      return reason === undefined ? source.missing(name) : `the secret ${name} can't be read: ${reason}`;
    },
  };
}

function findNames(value: unknown, names: Set<string>): void {
  if (typeof value === "string") {
    for (const [, name = ""] of value.matchAll(/\$\{secret:([^}]+)\}/g)) names.add(name);
  } else if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) findNames(item, names);
  }
}
