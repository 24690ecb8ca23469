/** A moment as a clock on the wall and a calendar show it; the month counts from 1. */
export interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** The name of a time zone if the browser knows it; undefined is the machine's. */
export function knownZone(zone: unknown): string | undefined {
  if (typeof zone !== "string" || zone === "") return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone && zone;
  } catch {
    return undefined;
  }
}

/** @param zone name of the IANA; undefined: the machine's */
export function wallOf(ms: number, zone: string | undefined): Wall {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    fractionalSecondDigits: 3,
  });
  const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  return {
    year: part("year"),
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
    second: part("second"),
    millisecond: part("fractionalSecond"),
  };
}

/**
 * When a wall shows it, in ms since the epoch. Of an hour that comes twice, one of the two; of one that is left
 * out, the time as if it were not. Undefined for what is on no calendar.
 */
export function momentOf(wall: Wall, zone: string | undefined): number | undefined {
  const guess = utcOf(wall);
  const { year, month, day, hour, minute, second } = wall;
  const date = new Date(guess);
  const same =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!same || hour > 23 || minute > 59 || second > 59) return undefined;
  const first = guess - shiftAt(guess, zone);
  return guess - shiftAt(first, zone);
}

/** A moment as inputs of day and time have it: 2026-03-04T13:49:52, without a zone. */
export function wallText(ms: number, zone: string | undefined): string {
  return new Date(utcOf(wallOf(ms, zone))).toISOString().slice(0, 19);
}

/** When a wall shows what such an input has; undefined for what is no time. */
export function momentIn(text: string, zone: string | undefined): number | undefined {
  const utc = Date.parse(`${text}Z`);
  return Number.isNaN(utc) ? undefined : momentOf(wallOf(utc, "UTC"), zone);
}

/** How far the zone's walls are ahead of UTC, in ms. */
function shiftAt(ms: number, zone: string | undefined): number {
  return utcOf(wallOf(ms, zone)) - ms;
}

function utcOf({ year, month, day, hour, minute, second, millisecond }: Wall): number {
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
}
