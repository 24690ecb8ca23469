import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { reasonOf } from "../errors.ts";
import type { Disposable } from "../lib/disposables.ts";
import { createEmitter } from "../lib/events.ts";
import { makeFolderAsync } from "../lib/folders.ts";
import type { Log } from "../lib/log.ts";
import type { Listen } from "./engine-host.ts";

/** Five minutes of a quiet web server. */
const RATE = 20;
const LINES = 6000;

/** Writes a realistic access log from a process of its own, so that the extension can be tried. */
export interface SampleLog extends Disposable {
  readonly running: boolean;
  /** Whenever `running` changed. */
  readonly onChange: Listen<void>;
  /** Resolves once the writer has started. */
  start(path: string): Promise<void>;
  stop(): void;
}

/** @param cli path of the command line's bundle */
export function createSampleLog(cli: string, log: Log): SampleLog {
  const changes = createEmitter<void>();
  let child: ChildProcess | undefined;

  const ended = (of: ChildProcess, how: string): void => {
    if (of !== child) return;
    child = undefined;
    log.info(`The sample log's writer ended: ${how}`);
    changes.fire();
  };

  const stop = (): void => void child?.kill("SIGTERM");
  return {
    get running() {
      return child !== undefined;
    },
    onChange: changes.listen,
    async start(path) {
      if (child) return;
      await makeFolderAsync(dirname(path));
      const what = ["--format", "nginx", "--path", path];
      const args = [cli, "generate", ...what, "--rate", String(RATE), "--lines", String(LINES)];
      // The desktop's extension host is Electron: this makes its executable behave as plain Node.
      const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1" };
      const started = spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "pipe"] });
      child = started;
      started.stderr.on("data", (data) => log.info(`sample log: ${String(data).trimEnd()}`));
      started.on("error", (error) => ended(started, reasonOf(error)));
      started.on("exit", (code, signal) => ended(started, signal ?? `exit code ${code}`));
      await once(started, "spawn");
      changes.fire();
    },
    stop,
    dispose() {
      stop();
      changes.dispose();
    },
  };
}
