import type { FlowFigures, LogRecord } from "../model.ts";

/** Counts of one flow (a file, a source, all) since the engine started, with rates over the last tick. */
export interface Flow {
  add(of: Counts): void;
  /** Takes the rates over the time since the last tick. */
  tick(seconds: number): void;
  figures(): FlowFigures;
}

export interface Counts {
  readonly lines: number;
  readonly bytes: number;
  readonly unparsed: number;
  readonly errors: number;
}

export function createFlow(): Flow {
  let lines = 0;
  let bytes = 0;
  let unparsed = 0;
  let errors = 0;
  let lastLines = 0;
  let lastBytes = 0;
  let linesPerSecond = 0;
  let bytesPerSecond = 0;
  return {
    add(of) {
      lines += of.lines;
      bytes += of.bytes;
      unparsed += of.unparsed;
      errors += of.errors;
    },
    tick(seconds) {
      linesPerSecond = (lines - lastLines) / seconds;
      bytesPerSecond = (bytes - lastBytes) / seconds;
      lastLines = lines;
      lastBytes = bytes;
    },
    figures: () => ({ lines, bytes, unparsed, errors, linesPerSecond, bytesPerSecond }),
  };
}

/** What a run of records adds to the figures. */
export function countsOf(records: readonly LogRecord[], bytes: number): Counts {
  let unparsed = 0;
  let errors = 0;
  for (const { error, level } of records) {
    if (error !== undefined) unparsed++;
    if (level === "error" || level === "fatal") errors++;
  }
  return { lines: records.length, bytes, unparsed, errors };
}
