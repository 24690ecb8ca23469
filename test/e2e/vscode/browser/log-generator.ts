import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startProcess } from "../../../helpers/process.ts";
import { repository } from "../../../helpers/vscode-paths.ts";

/** Lines a second that the generator writes. */
export const RATE = 5_000;

/** A log of JSON records, each with a `request_id` of its own, that is written at that rate. */
export interface Generated {
  /** Its whole lines, so far. */
  lines(): string[];
  stop(): Promise<void>;
}

/** @param more options of the generator */
export function generateLog(path: string, more: readonly string[] = []): Generated {
  const options = ["--format", "json", "--rate", String(RATE), "--path", path, ...more];
  const { stop } = startProcess(process.execPath, [
    join(repository, "dist", "cli.js"),
    "generate",
    ...options,
  ]);
  return {
    lines() {
      const text = readFileSync(path, "utf8");
      return text.slice(0, text.lastIndexOf("\n")).split("\n");
    },
    stop: () => stop(),
  };
}

export const requestOf = (line = ""): string => JSON.parse(line).request_id;
export const isRefused = (line: string): boolean => JSON.parse(line).status >= 400;
