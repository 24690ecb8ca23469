import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import { until } from "./until.ts";

export interface ProcessOptions {
  /** Added to this process's environment; `undefined` removes a variable. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Whom it runs as, where this process may choose. */
  uid?: number;
  gid?: number;
}

export interface Running {
  readonly pid: number;
  /** What it printed on stdout, or on both streams: the last 256 Ki characters. */
  stdout(): string;
  output(): string;
  /** True until the process itself has ended. */
  running(): boolean;
  /**
   * Waits until `condition` answers something truthy and returns it.
   * @param timeout in milliseconds, a minute by default
   * @throws with what was printed when the process ends first, or when the time is up
   */
  ready<T>(condition: () => T | Promise<T>, timeout?: number): Promise<NonNullable<T>>;
  /** Sends a signal to the whole group. */
  signal(signal: NodeJS.Signals): void;
  /** Ends the whole group: SIGTERM, and SIGKILL to what is left of it after `grace` milliseconds. */
  stop(grace?: number): Promise<void>;
  /** Ends the whole group at once with SIGKILL, and returns when it has ended. */
  kill9(): Promise<void>;
}

const KEPT = 256 * 1024;
const windows = process.platform === "win32";

/**
 * Starts `command` as the leader of a process group of its own. The group ends with this process, however
 * this process ends: a normal exit, a signal or a kill −9.
 */
export function startProcess(command: string, args: string[], options: ProcessOptions = {}): Running {
  const { env, ...rest } = options;
  const child = spawn(command, args, {
    ...rest,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: !windows,
  });
  let stdout = "";
  let output = "";
  const keep = (text: string) => (output = (output + text).slice(-KEPT));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout = (stdout + text).slice(-KEPT);
    keep(text);
  });
  child.stderr.setEncoding("utf8").on("data", keep);
  child.on("error", (error) => keep(`${error.message}\n`));

  const { pid } = child;
  const running = () => pid !== undefined && child.exitCode === null && child.signalCode === null;
  const release = pid === undefined ? () => {} : endWithUs(pid);
  child.on("exit", () => {
    if (!groupExists(pid)) release();
  });

  const kill9 = async () => {
    signalGroup(pid, "SIGKILL");
    await until(() => !running(), { what: `${command} to be gone` });
    release();
  };

  return {
    pid: pid ?? 0,
    stdout: () => stdout,
    output: () => output,
    running,
    async ready(condition, timeout) {
      const failed = (why: string) => new Error(`${command} ${why}\n${output}`);
      const look = async () => {
        if (!running()) return { value: undefined };
        const value = await condition();
        return value ? { value } : undefined;
      };
      const { value } = await until(look, { timeout: timeout ?? 60_000, what: "it" }).catch((error) => {
        throw failed(`is not ready: ${error.message}`);
      });
      if (!value) throw failed("ended before it was ready");
      return value;
    },
    signal: (signal) => signalGroup(pid, signal),
    async stop(grace = 10_000) {
      // A stopped process would not see the SIGTERM.
      if (!windows) signalGroup(pid, "SIGCONT");
      signalGroup(pid, "SIGTERM");
      await until(() => !groupExists(pid), { timeout: grace }).catch(() => {});
      await kill9();
    },
    kill9,
  };
}

/**
 * Has the group of `pid` killed when this process ends, and returns a function that calls it off. A hook
 * at exit does not run after a kill −9, so on POSIX a shell waits for the pipe from this process to close.
 */
function endWithUs(pid: number): () => void {
  const atExit = () => signalGroup(pid, "SIGKILL");
  process.once("exit", atExit);
  const forget = () => void process.removeListener("exit", atExit);
  if (windows) return forget;
  const script = 'read -r _; kill -s KILL -- "-$1" 2>/dev/null';
  const guard = spawn("sh", ["-c", script, "sh", String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  (guard.stdin as Socket).unref();
  return () => {
    forget();
    guard.kill("SIGKILL");
  };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(windows ? pid : -pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function groupExists(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(windows ? pid : -pid, 0);
  } catch {
    return false;
  }
}
