import { momentOf } from "./zones.ts";

/** Hours and minutes, seconds and a fraction of them. */
export const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?`;
const DATE = new RegExp(
  String.raw`^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:(?:[T ]\s*)${CLOCK}\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?)?)?$`,
  "i",
);

/**
 * The moment (ms since the epoch) of a date, from a year alone to one with a time of day and a zone; undefined for
 * anything else.
 * @param zone the one that is meant where none is written, by the IANA's name; undefined: the machine's
 */
export function dateOf(text: string, zone: string | undefined): number | undefined {
  const date = DATE.exec(text);
  if (!date) return undefined;
  const [, year, month = "1", day = "1", hour = "0", minute = "0", second = "0", fraction = "", offset] =
    date;
  const wall = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    ...clockOf(hour, minute, second, fraction),
  };
  if (offset === undefined) return momentOf(wall, zone);
  const moment = momentOf(wall, "UTC");
  return moment === undefined ? undefined : moment - offsetOf(offset);
}

export function clockOf(hour: string, minute: string, second: string, fraction: string) {
  return {
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    millisecond: Number(fraction.slice(0, 3).padEnd(3, "0")),
  };
}

/** Milliseconds that `+02:00` is ahead of UTC. */
function offsetOf(text: string): number {
  if (/^(Z|UTC)$/i.test(text)) return 0;
  const digits = text.slice(1).replace(":", "").padEnd(4, "0");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (text.startsWith("-") ? -1 : 1) * minutes * 60_000;
}

/** Digits of seconds, milliseconds, microseconds and nanoseconds since 1970, as logs have them. */
const EPOCH = /^(\d{9,10}(?:\.\d+)?|\d{12,13}|\d{15,16}|\d{18,19})$/;

/** The moment (ms since the epoch) of a time since 1970 in s, ms, µs or ns; undefined for anything else. */
export function epochOf(text: string): number | undefined {
  if (!EPOCH.test(text)) return undefined;
  const [whole = ""] = text.split(".");
  const value = Number(text);
  if (whole.length <= 10) return Math.round(value * 1000);
  if (whole.length <= 13) return value;
  return Math.floor(value / (whole.length <= 16 ? 1e3 : 1e6));
}
