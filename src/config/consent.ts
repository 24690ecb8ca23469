import { createHash } from "node:crypto";
import { createConcealer, secretsIn } from "../lib/conceal.ts";
import { endpointsIn, isLoopback } from "../lib/endpoints.ts";
import type { Waiting } from "../protocol/engine.ts";
import type { Config, SinkConfig, SourceConfig } from "./config.ts";
import { type EtcdOptions, membersOf } from "./etcd-options.ts";

/** Sinks that send nothing to anybody, and sources that connect to nobody. */
const LOCAL_SINKS = ["file", "stdout", "store"];
const LOCAL_SOURCES = ["file", "stdin", "syslog"];

/**
 * Holds what a workspace defines back from what the user has not allowed: sending to a server that is not this
 * machine, reading from one, running a command.
 * @param allowed what the user allowed
 * @param ofWorkspace whether the workspace defines a part, `sinks.id` or `sources.id`
 */
export function holdForConsent(
  config: Config,
  allowed: readonly string[],
  ofWorkspace: (part: string) => boolean,
): Config {
  const held = <T extends SinkConfig | SourceConfig>(
    kind: "sinks" | "sources",
    parts: ReadonlyMap<string, T>,
    wantsOf: (part: T) => readonly string[],
  ): Map<string, T> =>
    new Map(
      [...parts].map(([id, part]) => {
        const wants = ofWorkspace(`${kind}.${id}`)
          ? wantsOf(part).filter((one) => !allowed.includes(one))
          : [];
        return [id, wants.length > 0 ? { ...part, consent: wants } : part];
      }),
    );
  return {
    ...config,
    sinks: held("sinks", config.sinks, wantsOfSink),
    sources: held("sources", config.sources, wantsOfSource),
  };
}

/**
 * The servers of etcd that the user has not allowed to be asked.
 * @param allowed what the user allowed; undefined where nobody has to
 */
export function etcdWants(options: EtcdOptions, allowed: readonly string[] | undefined): readonly string[] {
  if (!allowed) return [];
  const members = endpointsIn(membersOf(options).map(({ href }) => href));
  return members.filter((one) => !isLoopback(one) && !allowed.includes(one));
}

/** The parts that wait for consent. */
export function waitingIn({ sinks, sources }: Pick<Config, "sinks" | "sources">): Waiting[] {
  const of = (kind: string, parts: ReadonlyMap<string, SinkConfig | SourceConfig>): Waiting[] =>
    [...parts].flatMap(([id, { consent }]) => (consent ? [{ part: `${kind}.${id}`, wants: consent }] : []));
  return [...of("sinks", sinks), ...of("sources", sources)];
}

function wantsOfSink({ type, options }: SinkConfig): readonly string[] {
  if (LOCAL_SINKS.includes(type)) return [];
  const endpoints = endpointsIn(options);
  // Wherever it goes: what can't be told is asked about too.
  return endpoints.length > 0 ? endpoints.filter((one) => !isLoopback(one)) : [type];
}

function wantsOfSource(source: SourceConfig): readonly string[] {
  const { type, options } = source;
  if (type === "command") return [commandLine(source)];
  if (LOCAL_SOURCES.includes(type)) return [];
  return endpointsIn(options).filter((one) => !isLoopback(one));
}

/**
 * What is run, for people to judge. Folder, variables and a shell make another command of it: what can't be shown, as
 * it may be secret, goes in as a hash.
 */
function commandLine({ options, secrets = [] }: SourceConfig): string {
  const { command, cwd, env = {}, shell } = (options ?? {}) as Command;
  const words = Array.isArray(command) ? command.map(quoted).join(" ") : String(command);
  const place = cwd === undefined ? "" : ` in ${cwd}`;
  const names = Object.keys(env);
  const variables = names.length > 0 ? ` with ${names.join(", ")} (${hashOf(JSON.stringify(env))})` : "";
  const whole = `${words}${shell ? " read by a shell" : ""}${place}`;
  const shown = createConcealer([...secrets, ...secretsIn(options)]).text(whole);
  return `${shown}${shown === whole ? "" : ` (${hashOf(whole)})`}${variables}`;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

interface Command {
  readonly command?: unknown;
  readonly shell?: boolean;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function quoted(word: unknown): string {
  return /^[\w@%+=:,./-]+$/.test(String(word)) ? String(word) : JSON.stringify(word);
}
