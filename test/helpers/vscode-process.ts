import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

/** A process started in a group of its own, with all it printed. */
export interface Started {
  readonly child: ChildProcess;
  output(): string;
  /** True until the process has ended. */
  running(): boolean;
  /** Ends the whole group: SIGTERM, and SIGKILL after `grace` milliseconds. */
  stop(grace?: number): Promise<void>;
}

/**
 * Starts `command` as the leader of a process group, so that whatever it starts ends with it; the group is
 * also killed when this process exits. Variables set to `undefined` are removed from its environment.
 */
export function start(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  let output = "";
  child.on("error", (error) => (output += `${error.message}\n`));
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));

  const running = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const killAtExit = () => signalGroup(child.pid, "SIGKILL");
  process.once("exit", killAtExit);
  // Ended by a signal, a process would skip that, unless it ends itself.
  if (process.listenerCount("SIGTERM") === 0) process.once("SIGTERM", () => process.exit(143));

  return {
    child,
    output: () => output,
    running,
    async stop(grace = 5000) {
      signalGroup(child.pid, "SIGTERM");
      const deadline = Date.now() + grace;
      while (groupExists(child.pid) && Date.now() < deadline) await delay(20);
      signalGroup(child.pid, "SIGKILL");
      process.removeListener("exit", killAtExit);
    },
  };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function groupExists(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(process.platform === "win32" ? pid : -pid, 0);
  } catch {
    return false;
  }
}
