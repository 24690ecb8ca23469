import { type ChildProcess, spawn } from "node:child_process";
import { constants, existsSync } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, resolve } from "node:path";
import type { Readable } from "node:stream";
import type { CommandOptions } from "./options.ts";

const windows = process.platform === "win32";
/** So much of what it said last on stderr is kept to be shown, in characters and lines. */
const TAIL = 2_000;
const TAIL_LINES = 5;

/** How a child ended. `error`: it could not be started, with the setting that is to be mended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: string;
}

/** One running command, with all that it starts. */
export interface Child {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Resolves when the command itself has ended; what it started may live on, and hold its outputs. */
  readonly exited: Promise<Exit>;
  /** Sends a signal to it and all that it started, so far as that stayed in its process group. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
  /** Lets go of its outputs: nobody reads what comes. */
  release(): void;
}

/** Starts a command in a process group of its own. Never throws. */
export function startChild({ command, shell, cwd, env, streams }: CommandOptions): Child {
  const [file = "", ...args] = typeof command === "string" ? [command] : command;
  const options = {
    shell,
    cwd,
    env: { ...process.env, ...env },
    detached: !windows,
    windowsHide: true,
  };
  const stdout = streams === "stderr" ? ("ignore" as const) : ("pipe" as const);
  let child: ChildProcess;
  try {
    child = spawn(file, args, { ...options, stdio: ["ignore", stdout, "pipe"] });
  } catch (error) {
    // A NUL byte in an argument.
    const exit = { code: null, signal: null, error: failureOf(error as NodeJS.ErrnoException, file, cwd) };
    return { stdout: null, stderr: null, exited: Promise.resolve(exit), signal() {}, release() {} };
  }
  const { pid } = child;
  const signal = (name: NodeJS.Signals): void => signalTree(pid, name);
  const exited = new Promise<Exit>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      resolve({ code: null, signal: null, error: failureOf(error, file, cwd) }),
    );
    child.once("exit", (code, name) => resolve({ code, signal: name }));
  });
  const outputs = [child.stdout, child.stderr].filter((one) => one !== null);
  // One without a listener would end the process.
  for (const output of outputs) output.on("error", () => {});
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    signal,
    release() {
      for (const output of outputs) output.destroy();
    },
  };
}

/** Calls a listener when this process exits, by whatever way but a signal. @returns takes it off */
export function whenProcessExits(listener: () => void): () => void {
  // Each command has one, of which there may be many: no leak that Node should warn of.
  const make = (room: number): void => {
    const most = process.getMaxListeners();
    if (most > 0) process.setMaxListeners(most + room);
  };
  make(1);
  process.on("exit", listener);
  return () => {
    process.off("exit", listener);
    make(-1);
  };
}

function signalTree(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  if (windows) {
    spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true }).on(
      "error",
      () => {},
    );
    return;
  }
  try {
    process.kill(-pid, name);
  } catch {
    // Nothing of it is left.
  }
}

function failureOf({ code, message }: NodeJS.ErrnoException, file: string, cwd: string | undefined): string {
  if (cwd !== undefined && !existsSync(cwd)) return `cwd: there is no folder ${cwd}`;
  if (code === "ENOENT")
    return `command: there is no program ${JSON.stringify(file)} (ENOENT): install it, write its full path, or put its folder into PATH`;
  if (code === "EACCES")
    return `command: ${JSON.stringify(file)} must not be run (EACCES): make it executable, or name its interpreter`;
  return `command: ${JSON.stringify(file)} can't be started: ${message}`;
}

/** Why the command could not be started where it is run now, as far as that shows without starting it. */
export async function cannotStart({
  command,
  shell,
  cwd,
  env,
}: CommandOptions): Promise<Unstartable | undefined> {
  const folder = cwd === undefined ? undefined : await stat(cwd).catch(() => undefined);
  if (cwd !== undefined && !folder?.isDirectory())
    return { option: "cwd", message: `there is no folder ${cwd}` };
  // A shell knows words that are no programs; Windows has endings of its own.
  if (shell || windows) return undefined;
  const file = command[0] ?? "";
  const folders = file.includes("/")
    ? [cwd ?? "."]
    : ({ ...process.env, ...env }.PATH ?? "").split(delimiter);
  let code = "ENOENT";
  for (const path of folders.map((one) => resolve(cwd ?? ".", one, file))) {
    try {
      await access(path, constants.X_OK);
      if ((await stat(path)).isFile()) return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EACCES") code = "EACCES";
    }
  }
  const failure = Object.assign(new Error(code), { code });
  return { option: "command", message: failureOf(failure, file, cwd).replace(/^command: /, "") };
}

/** The setting that is to be mended, and why. */
export interface Unstartable {
  readonly option: "command" | "cwd";
  readonly message: string;
}

/** Keeps the last of what is said. */
export interface Tail {
  add(bytes: Buffer): void;
  /** The last lines, in one; empty if nothing was said. */
  readonly text: string;
}

export function createTail(): Tail {
  let kept = "";
  return {
    add(bytes) {
      kept = (kept + bytes.toString()).slice(-TAIL);
    },
    get text() {
      const lines = kept.split(/\r?\n/).filter((line) => line.trim() !== "");
      return lines.slice(-TAIL_LINES).join(" | ");
    },
  };
}
