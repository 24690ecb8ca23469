import { statSync } from "node:fs";
import { realPath } from "../lib/real-path.ts";
import { sinks as sinkTypes } from "../sinks/index.ts";
import type { SinkConfig } from "./config.ts";

/**
 * The sinks that would write to a file that one before them writes already, also where links lead there.
 * Pipes and devices may be shared.
 */
export function sharedOutputs(sinks: Iterable<SinkConfig>): { id: string; message: string }[] {
  const owners = new Map<string, string>();
  const shared: { id: string; message: string }[] = [];
  for (const { id, type, options, baseDir } of sinks) {
    for (const output of sinkTypes[type]?.outputs?.(options, baseDir) ?? []) {
      const file = identityOf(output);
      const owner = file === undefined ? undefined : owners.get(file);
      if (owner !== undefined) {
        const message = `sinks.${id}.path and sinks.${owner}.path are the same file, ${realPath(output)}: give each sink its own`;
        shared.push({ id, message });
      } else if (file !== undefined) owners.set(file, id);
    }
  }
  return shared;
}

/** Device and inode of a file that exists, else its path; undefined for what is no file. */
function identityOf(path: string): string | undefined {
  try {
    const found = statSync(path, { bigint: true });
    return found.isFile() ? `${found.dev}:${found.ino}` : undefined;
  } catch {
    return realPath(path);
  }
}
