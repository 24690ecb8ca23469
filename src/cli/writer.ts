import { closeSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import { makeFolder } from "../lib/folders.ts";
import type { LineMaker } from "./lines.ts";
import type { Pace } from "./pace.ts";
import { type Rotation, rotate } from "./rotate.ts";

/** Pause (ms) between two looks at the pace. */
const TICK = 10;

export interface WriterOptions {
  readonly path: string;
  readonly make: LineMaker;
  readonly pace: Pace;
  /** Lines to write in all; Infinity: until stopped. */
  readonly lines: number;
  readonly rotation: Rotation | undefined;
  /** Rotates after this many lines, or ms, whichever comes first. */
  readonly every: { readonly lines: number; readonly ms: number };
  /** Names rotated files by the time alone. */
  readonly stamped: boolean;
  readonly signal: AbortSignal;
}

export interface Written {
  readonly lines: number;
  readonly bytes: number;
  readonly rotations: number;
}

/** Appends lines at a pace, whole ones with one write a tick, and rotates the file between writes. */
export async function writeLines(options: WriterOptions): Promise<Written> {
  const { path, make, pace, rotation, every, signal } = options;
  makeFolder(dirname(path));
  let file = openSync(path, "a");
  let lines = 0;
  let bytes = 0;
  let rotations = 0;
  let since = 0;
  let opened = performance.now();

  const turnOver = (): void => {
    if (!rotation || since === 0) return;
    rotate(path, rotation, { stamped: options.stamped, now: new Date() });
    if (rotation === "rename") {
      closeSync(file);
      file = openSync(path, "a");
    }
    rotations++;
    since = 0;
    opened = performance.now();
  };

  try {
    while (lines < options.lines && !signal.aborted) {
      let due = Math.min(pace.due(performance.now()), options.lines - lines);
      if (due === 0) {
        await delay(TICK, undefined, { signal }).catch(() => {});
        continue;
      }
      while (due > 0) {
        const count = rotation ? Math.min(due, every.lines - since) : due;
        const now = Date.now();
        let text = "";
        for (let i = 0; i < count; i++) text += `${make(now)}\n`;
        bytes += writeWhole(file, Buffer.from(text));
        lines += count;
        since += count;
        due -= count;
        if (since >= every.lines || performance.now() - opened >= every.ms) turnOver();
      }
      await turn();
    }
  } finally {
    closeSync(file);
  }
  return { lines, bytes, rotations };
}

function writeWhole(file: number, data: Buffer): number {
  for (let done = 0; done < data.length; ) done += writeSync(file, data, done);
  return data.length;
}
