import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The built command line. */
export const cli = resolve(import.meta.dirname, "../../../dist/cli.js");

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Program {
  readonly pid: number;
  out(): string;
  err(): string;
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
}

interface Options {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The executable; the Node that runs the tests by default. */
  readonly node?: string;
  /** The script; the built command line by default. */
  readonly script?: string;
}

/** Starts `log-monitor ARGS`; it is killed when the test ends, if it still runs then. */
export function start(t: { after(fn: () => void): void }, args: string[], options: Options): Program {
  const { cwd, env, node = process.execPath, script = cli } = options;
  const child = spawn(node, [script, ...args], {
    cwd,
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  t.after(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  });
  const exited = once(child, "close").then(([code, signal]): Exit => ({ code, signal, out, err }));
  return {
    pid: child.pid ?? 0,
    out: () => out,
    err: () => err,
    exited,
    kill: (signal) => void child.kill(signal),
  };
}

/** Runs `log-monitor ARGS` to its end. */
export function runCli(t: { after(fn: () => void): void }, args: string[], options: Options): Promise<Exit> {
  return start(t, args, options).exited;
}

/** A line of the file sink, as far as the tests look at it. */
export interface Line {
  readonly id: string;
  readonly raw: string;
  readonly file: string;
  readonly source: string;
  readonly offset: number;
  readonly time: string;
  readonly fields: Record<string, unknown>;
}

/** The whole lines of an NDJSON file; none when it is not there. */
export function ndjson(file: string): Line[] {
  return linesOf(file).map((line) => JSON.parse(line));
}

/** The whole lines of a file; none when it is not there. */
export function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
}

/** The lines of all files of a folder. */
export function linesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => linesOf(join(folder, name)));
}
