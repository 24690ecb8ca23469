import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type EtcdItem, isCommand } from "./etcd-values.ts";

const FILE = "etcd.json";
const kept = z.object({
  at: z.string(),
  items: z.array(
    z.object({
      kind: z.enum(["sources", "sinks"]),
      id: z.string(),
      key: z.string(),
      value: z.unknown(),
    }),
  ),
});

/** What was last good of what a key or prefix defined. */
export interface Kept {
  readonly at: string;
  readonly items: readonly EtcdItem[];
}

/** What the data folder keeps of a key or prefix; undefined when that is nothing, or of another one. */
export function readKept(dataDir: string, at: string): Kept | undefined {
  try {
    const parsed = kept.safeParse(JSON.parse(readFileSync(join(dataDir, FILE), "utf8")));
    if (!parsed.success || parsed.data.at !== at) return undefined;
    return { at, items: parsed.data.items.filter((item) => !isCommand(item)) };
  } catch {
    return undefined;
  }
}

/** Keeps it for starts at which etcd is down. For this user alone: a sink may name a password. @throws what the disk says */
export function writeKept(dataDir: string, what: Kept): void {
  const file = join(dataDir, FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(what, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
