import { type ParseArgsOptionDescriptor, parseArgs } from "node:util";
import { reasonOf, UserError } from "../errors.ts";
import { parseDuration, parseInstant } from "../lib/duration.ts";
import { nearest } from "../lib/nearest.ts";
import type { Stops } from "./stops.ts";

/** What a subcommand has of its surroundings. */
export interface Host {
  out(text: string): void;
  err(text: string): void;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stops: Stops;
}

/** An option as `parseArgs` takes it, with what help says of it. */
export interface Option extends ParseArgsOptionDescriptor {
  readonly help: string;
  /** What the value is called: `FILE`, `N`. */
  readonly value?: string;
}
type Options = Record<string, Option>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>["values"];

/** One subcommand: one file in this folder and one line in `main.ts`. */
export interface Command {
  /** Lines below `usage` in its help. */
  readonly about: string;
  readonly usage: string;
  readonly options: Options;
  /** Answers the exit code. Throws UsageError or UserError for what the user can mend. */
  run(args: readonly string[], host: Host): Promise<number>;
}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends UserError {
  override name = "UsageError";
}

/** What every command answers, without an option of its own for it. */
const EVERYWHERE = ["help", "version"];

/** A command whose `run` gets parsed options; `positionals` is how many arguments it takes at most. */
export function defineCommand<const O extends Options>(definition: {
  readonly about: string;
  readonly usage: string;
  readonly options: O;
  readonly positionals?: number;
  run(values: Values<O>, positionals: readonly string[], host: Host): Promise<number>;
}): Command {
  const { about, usage, options, positionals: most = 0 } = definition;
  return {
    about,
    usage,
    options,
    run(args, host) {
      const { values, positionals } = parse(args, options);
      const extra = positionals[most];
      if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many`);
      return definition.run(values, positionals, host);
    },
  };
}

function parse<const O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: twoDashes(args, options), options, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const bare = /^Option '[^']*?(--[\w-]+)[^']*' argument is ambiguous/.exec(error.message)?.[1];
    if (bare !== undefined)
      throw new UsageError(`${bare} needs a value; one that begins with a dash is written ${bare}=-…`);
    const unknown = /^Unknown option '(-[^'\s=]+)/.exec(error.message)?.[1];
    if (unknown === undefined) throw new UsageError(error.message);
    const near = nearest(
      unknown,
      [...Object.keys(options), ...EVERYWHERE].map((name) => `--${name}`),
    );
    throw new UsageError(`there is no option ${unknown}${near ? `; did you mean ${near}?` : ""}`);
  }
}

/** Go programs take `-path` for `--path`, and so did the first log_process. */
function twoDashes(args: readonly string[], options: Options): string[] {
  const end = args.indexOf("--");
  return args.map((arg, at) => {
    const name = /^-([a-z][\w-]+)(?:=|$)/i.exec(arg)?.[1];
    const known = name !== undefined && Object.hasOwn(options, name);
    return known && (end < 0 || at < end) ? `-${arg}` : arg;
  });
}

/** What `--help` prints for a command. */
export function helpOf(name: string, { usage, about, options }: Command): string {
  const rows = Object.entries(options).map(([option, { value, short, help }]) => [
    `${short ? `-${short}, ` : ""}--${option}${value ? ` ${value}` : ""}`,
    help,
  ]);
  rows.push(["-h, --help", "print this"]);
  return `Usage: log-monitor ${name} ${usage}\n\n${about}\n\nOptions:\n${table(rows)}`;
}

/** Two columns, the second one wrapped at 100 characters. */
export function table(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([first = ""]) => first.length)) + 2;
  let text = "";
  for (const [first = "", second = ""] of rows) {
    let line = `  ${first.padEnd(width)}`;
    for (const word of second.split(" ")) {
      if (line.length + word.length > 100) {
        text += `${line.trimEnd()}\n`;
        line = " ".repeat(width + 2);
      }
      line += `${word} `;
    }
    text += `${line.trimEnd()}\n`;
  }
  return text;
}

/** The duration an option gives, in ms. Throws UsageError that names the option. */
export function durationOf(option: string, text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new UsageError(`${option}: ${reasonOf(error)}`);
  }
}

/** A duration before `now`, or a point in time, in ms since the epoch. Throws UsageError that names the option. */
export function instant(option: string, text: string, now: number): number {
  try {
    return parseInstant(text, now);
  } catch (error) {
    throw new UsageError(`${option}: ${reasonOf(error)}`);
  }
}
