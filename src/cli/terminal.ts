import type { Log } from "../lib/log.ts";

/** Where a long-running command speaks to people: log lines, and below them one line that changes. */
export interface Terminal extends Log {
  /** Replaces the last line; shown on a terminal only. */
  status(text: string): void;
  /** Whether a warning or an error of late was like this. */
  said(alike: (message: string) => boolean): boolean;
}

/** So many warnings and errors are remembered. */
const LATE = 100;

/** @param err usually stderr */
export function createTerminal(
  err: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number },
  { verbose }: { readonly verbose: boolean },
): Terminal {
  let shown = false;
  const late: string[] = [];
  const clear = (): string => {
    const text = shown ? "\r\u001b[K" : "";
    shown = false;
    return text;
  };
  const line =
    (level: string) =>
    (message: string): void => {
      const time = new Date().toISOString().slice(11, 23);
      err.write(`${clear()}${time} ${level.padEnd(5)} ${message}\n`);
    };
  const remembered =
    (level: string) =>
    (message: string): void => {
      line(level)(message);
      late.push(message);
      if (late.length > LATE) late.shift();
    };
  return {
    debug: verbose ? line("debug") : () => {},
    info: line("info"),
    warn: remembered("warn"),
    error: remembered("error"),
    said: (alike) => late.some(alike),
    status(text) {
      if (!err.isTTY) return;
      // A line that wraps could not be replaced.
      err.write(clear() + text.slice(0, (err.columns ?? 80) - 1));
      shown = text !== "";
    },
  };
}
