import { CLOCK, clockOf, dateOf, epochOf } from "../../lib/dates.ts";
import { momentOf, wallOf } from "../../lib/zones.ts";

/** What a time that someone writes is meant from. */
export interface Reference {
  /** Of the line that is chosen, or the first in sight, in ms since the epoch. */
  readonly at: number;
  readonly now: number;
  /** Name of the IANA; undefined: the machine's. */
  readonly zone: string | undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const STEP = /(\d+(?:\.\d+)?)\s*(ms|min|s|m|h|d|w)/y;
const TIME_OF_DAY = new RegExp(`^${CLOCK}$`);

/**
 * The moment (ms since the epoch) that someone means by `14:32` (on the day of the reference), `-5m` or `+1h30m`
 * (from it), `now`, a date with or without time and zone, or the time since 1970 in s, ms, µs or ns. Undefined for
 * anything else.
 */
export function parseMoment(text: string, { at, now, zone }: Reference): number | undefined {
  const written = text.trim();
  if (written === "now") return now;
  const epoch = epochOf(written);
  if (epoch !== undefined) return epoch;
  if (/^[+-]/.test(written)) return stepsFrom(written, at);
  const time = TIME_OF_DAY.exec(written);
  if (time) {
    const [, hour = "", minute = "", second = "0", fraction = ""] = time;
    return momentOf({ ...wallOf(at, zone), ...clockOf(hour, minute, second, fraction) }, zone);
  }
  return dateOf(written, zone);
}

function stepsFrom(text: string, at: number): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  let sum = 0;
  let from = 1;
  do {
    STEP.lastIndex = from;
    const [all = "", number, unit = ""] = STEP.exec(text) ?? [];
    if (all === "") return undefined;
    sum += Number(number) * (UNITS[unit] ?? 0);
    from += all.length;
  } while (from < text.length);
  const moment = at + sign * sum;
  return Math.abs(moment) <= 8.64e15 ? Math.round(moment) : undefined;
}
