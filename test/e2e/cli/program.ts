import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { until } from "../../helpers/until.ts";

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
  /** Its standard input, open where `stdin` was asked for; and its standard output, which is kept as it comes. */
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  out(): string;
  err(): string;
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
  /**
   * Waits for what comes of its work, and returns it.
   * @param what names what is waited for
   * @throws with its words on stderr when it ends before, or when the time is up
   */
  until<T>(
    condition: () => T | Promise<T>,
    options: { readonly what: string | (() => string); readonly every?: number; readonly timeout?: number },
  ): Promise<NonNullable<T>>;
}

interface Options {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The executable; the Node that runs the tests by default. */
  readonly node?: string;
  /** The script; the built command line by default. */
  readonly script?: string;
  /** Whether it gets a pipe for its standard input. */
  readonly stdin?: boolean;
}

/** Starts `log-monitor ARGS`; it is killed when the test ends, if it still runs then. */
export function start(t: { after(fn: () => void): void }, args: string[], options: Options): Program {
  const { cwd, env, node = process.execPath, script = cli, stdin = false } = options;
  const child = spawn(node, [script, ...args], {
    cwd,
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined, ...env },
    stdio: [stdin ? "pipe" : "ignore", "pipe", "pipe"],
  });
  const { stdin: input, stdout, stderr } = child as ChildProcessByStdio<Writable | null, Readable, Readable>;
  let out = "";
  let err = "";
  let exit: Exit | undefined;
  stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  // What is written to one that has ended.
  input?.on("error", () => {});
  t.after(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  });
  const exited = once(child, "close").then(([code, signal]): Exit => (exit = { code, signal, out, err }));
  return {
    pid: child.pid ?? 0,
    stdin: input ?? undefined,
    stdout,
    out: () => out,
    err: () => err,
    exited,
    kill: (signal) => void child.kill(signal),
    async until(condition, { what, ...options }) {
      const told = (): string => (typeof what === "string" ? what : what());
      const look = async () => {
        // Asked first: what it did before it ended is there after that.
        const ended = exit;
        try {
          const value = await condition();
          if (value) return { value };
        } catch (error) {
          if (!ended) throw error;
        }
        return ended && { ended };
      };
      const found = await until(look, { ...options, what: () => `${told()}; ${err}` });
      if ("value" in found) return found.value;
      const { code, signal } = found.ended;
      return assert.fail(`ended with ${signal ?? code} before ${told()}: ${err}`);
    },
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
