import type { LineFormat } from "../../../../src/cli/lines.ts";

/** What the lines of a log come to, worked out from the text alone. */
export interface Tally {
  readonly lines: number;
  readonly bytes: number;
  /** Lines that are not of the format. */
  readonly unparsed: number;
  /** By name; those without a level are under "no level". */
  readonly levels: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  /** The longest request, in seconds. */
  readonly slowest: number;
  /** Whole lines, with their ends. */
  add(text: string): void;
}

export function createTally(format: LineFormat): Tally {
  const levels: Record<string, number> = {};
  const statuses: Record<string, number> = {};
  let [lines, bytes, unparsed, slowest] = [0, 0, 0, 0];
  const count = (of: Record<string, number>, name: string) => {
    of[name] = (of[name] ?? 0) + 1;
  };
  return {
    get lines() {
      return lines;
    },
    get bytes() {
      return bytes;
    },
    get unparsed() {
      return unparsed;
    },
    levels,
    statuses,
    get slowest() {
      return slowest;
    },
    add(text) {
      bytes += Buffer.byteLength(text);
      for (const line of text.split("\n").slice(0, -1)) {
        lines++;
        const read = format === "json" ? readJson(line) : readAccess(line);
        if (!read) unparsed++;
        count(levels, read?.level ?? "no level");
        if (read) {
          count(statuses, `${Math.floor(read.status / 100)}xx`);
          slowest = Math.max(slowest, read.took);
        }
      }
    },
  };
}

interface Read {
  readonly status: number;
  readonly level: string;
  readonly took: number;
}

function readJson(line: string): Read | undefined {
  try {
    const { status, level, request_time } = JSON.parse(line);
    return { status, level, took: request_time };
  } catch {
    return undefined;
  }
}

function readAccess(line: string): Read | undefined {
  const status = Number(/ HTTP\/[\d.]+" (\d{3}) /.exec(line)?.[1]);
  if (!status) return undefined;
  const level = status >= 500 ? "error" : status >= 400 ? "warn" : "info";
  return { status, level, took: Number(line.slice(line.lastIndexOf(" "))) };
}
