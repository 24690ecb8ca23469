import { join } from "node:path";
import { growingLines } from "../../../helpers/lines.ts";
import { startProcess } from "../../../helpers/process.ts";
import { repository } from "../../../helpers/vscode-paths.ts";

/** Lines a second that the generator writes, unless it is told otherwise. */
export const RATE = 5_000;

/** A log of JSON records, each with a `request_id` of its own, that is being written. */
export interface Generated {
  /** Its whole lines, so far. @throws with what the generator said where that has ended by itself */
  lines(): string[];
  stop(): Promise<void>;
}

/**
 * @param more options of the generator
 * @param rate lines a second
 */
export function generateLog(path: string, more: readonly string[] = [], rate = RATE): Generated {
  const options = ["--format", "json", "--rate", String(rate), "--path", path, ...more];
  const generator = startProcess(process.execPath, [
    join(repository, "dist", "cli.js"),
    "generate",
    ...options,
  ]);
  const lines = growingLines(path);
  let stopped = false;
  return {
    lines() {
      if (!stopped && !generator.running()) throw new Error(`the generator ended: ${generator.output()}`);
      return lines();
    },
    stop() {
      stopped = true;
      return generator.stop();
    },
  };
}

export const requestOf = (line = ""): string => JSON.parse(line).request_id;
export const isRefused = (line: string): boolean => JSON.parse(line).status >= 400;
