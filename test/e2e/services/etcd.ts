import { readdirSync, readlinkSync } from "node:fs";
import type { Log } from "../../../src/lib/log.ts";
import { silent } from "../../../src/lib/log.ts";
import type { Snapshot } from "../../../src/model.ts";

/** For what a server does that may have little of a machine. */
export const slow = { timeout: 60_000 };
/** A busy machine may answer late: what is in force after a start must not depend on it. */
export const timeout = 60_000;

/** The sources that are in force, sorted. */
export const ids = ({ sources }: Snapshot): string[] => sources.map(({ id }) => id).sort();
/** A source as a key of etcd holds it. */
export const source = (paths: string, more: object = {}) => ({
  paths,
  parser: "plain",
  from: "start",
  ...more,
});

/** Open files of this process below a folder, by path: the number of the handle. */
export function handles(folder: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of readdirSync("/proc/self/fd")) {
    try {
      const path = readlinkSync(`/proc/self/fd/${name}`);
      if (path.startsWith(folder) && path.endsWith(".log")) found[path] = Number(name);
    } catch {
      // Closed in the meantime.
    }
  }
  return found;
}

/** A log, and what it was told. */
export const listening = (): { log: Log; said: string[] } => {
  const said: string[] = [];
  const keep = (message: string) => void said.push(message);
  return { said, log: { ...silent, info: keep, warn: keep, error: keep } };
};
