import type { FlowFigures, LogRecord } from "../model.ts";

/** Rates of a slow flow are over so many ticks: a line now and then is no rate that comes and goes. */
const SLOW_TICKS = 10;
/** What had as many lines in one of these is not slow: its rates are those of the last tick. */
const FAST = 10;

/** Counts of one flow (a file, a source, all) since the engine started, with rates of late. */
export interface Flow {
  add(of: Counts): void;
  /** Takes the rates: those since the last tick, or of a slow flow since the tenth last. */
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
  const ticks: { readonly seconds: number; readonly lines: number; readonly bytes: number }[] = [];
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
      const last = { seconds, lines: lines - lastLines, bytes: bytes - lastBytes };
      lastLines = lines;
      lastBytes = bytes;
      ticks.push(last);
      if (ticks.length > SLOW_TICKS) ticks.shift();
      const over = ticks.some((tick) => tick.lines >= FAST) ? [last] : ticks;
      const sum = (of: keyof typeof last) => over.reduce((all, tick) => all + tick[of], 0);
      linesPerSecond = sum("lines") / sum("seconds");
      bytesPerSecond = sum("bytes") / sum("seconds");
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
