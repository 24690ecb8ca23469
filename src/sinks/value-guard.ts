import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { reasonOf } from "../errors.ts";
import { makeFolder } from "../lib/folders.ts";
import type { Log } from "../lib/log.ts";

/** What stands in place of a value beyond the bound. */
export const OTHER = "_other";

const kept = z.record(z.string(), z.array(z.string()));

/** Keeps the number of values of tags or labels within a bound: each new one is a series of its own to a database. */
export interface ValueGuard {
  /** Takes up the values that were met before. To be called before the first value is asked for. */
  open(): void;
  /** For a tag by its name: whether a value may stand as it is; else it is counted, and OTHER is to be written. */
  admits(name: string): (value: string) => boolean;
  /** How many values did not stand as they were, in this run. */
  readonly folded: number;
  /** Tags that have reached the bound, in words for people. */
  readonly problems: readonly string[];
  /** Keeps the values that were met. */
  close(): void;
}

/**
 * Which values stand decides what a record is written as, and a replay must write the same: before the first value
 * is folded, all that stand are durable in a file of the sink's, and so a later run folds the same ones.
 *
 * @param kind what the destination calls them: tag, label
 * @param remedy what to do about one that runs away
 */
export function createValueGuard(options: {
  readonly limit: number;
  readonly kind: string;
  readonly remedy: string;
  readonly id: string;
  readonly dataDir: string;
  readonly log: Log;
}): ValueGuard {
  const { limit, kind, remedy, id, dataDir, log } = options;
  const file = join(dataDir, "values", `${id}.json`);
  const tags = new Map<string, Set<string>>();
  const full = new Map<string, number>();
  let opened = false;
  let changed = false;
  let folded = 0;

  const knownOf = (name: string): Set<string> => {
    const known = tags.get(name) ?? new Set();
    tags.set(name, known);
    return known;
  };

  const save = (): void => {
    if (!opened || !changed) return;
    makeFolder(dirname(file));
    const handle = openSync(`${file}.new`, "w");
    try {
      writeSync(
        handle,
        JSON.stringify(Object.fromEntries([...tags].map(([name, known]) => [name, [...known]]))),
      );
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(`${file}.new`, file);
    changed = false;
  };

  const fold = (name: string): void => {
    const before = full.get(name);
    if (before === undefined) {
      save();
      log.warn(
        `sink ${id}: ${kind} ${name} has ${limit} values: others are written as ${OTHER} now; ${remedy}`,
      );
    }
    full.set(name, (before ?? 0) + 1);
    folded++;
  };

  return {
    open() {
      opened = true;
      let text: string;
      try {
        text = readFileSync(file, "utf8");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
        throw error;
      }
      try {
        for (const [name, values] of Object.entries(kept.parse(JSON.parse(text)))) {
          const known = knownOf(name);
          for (const value of values) known.add(value);
        }
      } catch (error) {
        log.warn(`sink ${id}: ${file} can't be read, values are counted anew: ${reasonOf(error)}`);
      }
    },
    admits(name) {
      const known = knownOf(name);
      return (value) => {
        if (known.has(value)) return true;
        if (known.size >= limit) {
          fold(name);
          return false;
        }
        // A copy: the value may be a part of a whole chunk, which it would keep in memory.
        known.add(Buffer.from(value, "utf16le").toString("utf16le"));
        changed = true;
        return true;
      };
    },
    get folded() {
      return folded;
    },
    get problems() {
      return [...full].map(
        ([name, count]) =>
          `sink ${id}: ${kind} ${name} has ${limit} values, and ${count} others were written as ${OTHER}: ${remedy}`,
      );
    },
    close: save,
  };
}
