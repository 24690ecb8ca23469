import { spawn } from "node:child_process";

/** Set for the process that the launcher starts, so that it knows whom to follow and never starts another. */
export const LAUNCHED = "LOG_MONITOR_LAUNCHED";

/** What the launcher tells its child: how often it was asked to stop so far. */
export interface StopMessage {
  readonly signal: NodeJS.Signals;
  readonly count: number;
}

/**
 * Runs this program again with another Node and becomes its shadow: same streams, signals passed on, same
 * exit. Signals go as messages with a count, because Ctrl-C in a terminal reaches both processes and must
 * not be taken for two requests. The child ends when the channel closes, however this process dies.
 */
export function relaunch(node: string, args: readonly string[]): void {
  const child = spawn(node, args, {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, [LAUNCHED]: "1" },
  });
  let count = 0;
  const forward = (signal: NodeJS.Signals): void => {
    count++;
    if (child.connected) child.send({ signal, count } satisfies StopMessage);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, forward);
  child.on("error", (error) => {
    process.stderr.write(`log-monitor could not run ${node}: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    for (const name of signals) process.removeListener(name, forward);
    if (signal) process.kill(process.pid, signal);
    else process.exit(code ?? 1);
  });
}
