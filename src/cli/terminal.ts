import type { Log } from "../lib/log.ts";

/** Where a long-running command speaks to people: log lines, and below them one line that changes. */
export interface Terminal extends Log {
  /** Replaces the last line; shown on a terminal only. */
  status(text: string): void;
}

/** @param err usually stderr */
export function createTerminal(
  err: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number },
  { verbose }: { readonly verbose: boolean },
): Terminal {
  let shown = false;
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
  return {
    debug: verbose ? line("debug") : () => {},
    info: line("info"),
    warn: line("warn"),
    error: line("error"),
    status(text) {
      if (!err.isTTY) return;
      // A line that wraps could not be replaced.
      err.write(clear() + text.slice(0, (err.columns ?? 80) - 1));
      shown = text !== "";
    },
  };
}
