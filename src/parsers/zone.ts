import { UserError } from "../errors.ts";

const QUARTER = 900_000;
const DAY = 86_400_000;
const CACHE_LIMIT = 1000;

/** Turns clock times of one zone into instants. */
export interface Zone {
  /**
   * @param local the clock time as if it were UTC, in ms
   * @returns ms since the epoch. A time that the clocks skipped (start of summer time) is read with the offset
   * before the change, so it lies as far after the change as it is written after it; a time that the clocks
   * showed twice is the first one. Both are what Temporal calls "compatible".
   */
  toUtc(local: number): number;
}

/**
 * @param name IANA name; undefined is the machine's own zone
 * @throws UserError for a name that Intl does not know
 */
export function createZone(name: string | undefined): Zone {
  const offsetAt = name === undefined ? machineOffset : name === "UTC" ? () => 0 : offsetsOf(name);
  // Clocks change on a quarter hour in every zone since 1972, so that one look-up serves 15 minutes.
  const known = new Map<number, number>();
  let lastQuarter = Number.NaN;
  let lastOffset = 0;

  const find = (local: number): number => {
    const before = offsetAt(local - DAY);
    const after = offsetAt(local + DAY);
    if (before === after) return before;
    if (offsetAt(local - before) === before) return before;
    return offsetAt(local - after) === after ? after : before;
  };

  return {
    toUtc(local) {
      const quarter = Math.floor(local / QUARTER);
      if (quarter !== lastQuarter) {
        let offset = known.get(quarter);
        if (offset === undefined) {
          offset = find(quarter * QUARTER);
          if (known.size >= CACHE_LIMIT) known.clear();
          known.set(quarter, offset);
        }
        lastQuarter = quarter;
        lastOffset = offset;
      }
      return local - lastOffset;
    },
  };
}

function machineOffset(utc: number): number {
  return -60_000 * new Date(utc).getTimezoneOffset();
}

/** Offset of a zone east of UTC, in ms, at an instant. */
function offsetsOf(name: string): (utc: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  } catch (cause) {
    throw new UserError(
      `timezone: "${name}" is no known zone: write an IANA name like Asia/Shanghai or UTC`,
      {
        cause,
      },
    );
  }
  return (utc) => {
    // "GMT", "GMT+08:00" or, before standard time, "GMT+08:05:43".
    const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(utc));
    if (!match) return 0;
    const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
    return match[1] === "-" ? -1000 * seconds : 1000 * seconds;
  };
}
