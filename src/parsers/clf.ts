import { clock, monthAt } from "./calendar.ts";
import { digits } from "./digits.ts";
import type { Zone } from "./zone.ts";

const LENGTH = 26;
const SLASH = 47;
const COLON = 58;
const SPACE = 32;
const PLUS = 43;
const MINUS = 45;

/**
 * Reader of the common log format's time, `04/Mar/2018:13:49:52 +0000`: ms since the epoch, NaN when there is
 * none at `start`. Most lines have the time of the line before, which then costs a comparison.
 * @param forced the zone to read the clock time in, instead of the offset that is written
 */
export function createClf(forced: Zone | undefined): (text: string, start: number) => number {
  let last = "-";
  let lastMs = Number.NaN;

  return (text, start) => {
    if (text.startsWith(last, start)) return lastMs;
    const local = clock(
      digits(text, start + 7, 4),
      monthAt(text, start + 3),
      digits(text, start, 2),
      digits(text, start + 12, 2),
      digits(text, start + 15, 2),
      digits(text, start + 18, 2),
    );
    const sign = text.charCodeAt(start + 21);
    const hours = digits(text, start + 22, 2);
    const minutes = digits(text, start + 24, 2);
    const separated =
      text.charCodeAt(start + 2) === SLASH &&
      text.charCodeAt(start + 6) === SLASH &&
      text.charCodeAt(start + 11) === COLON &&
      text.charCodeAt(start + 14) === COLON &&
      text.charCodeAt(start + 17) === COLON &&
      text.charCodeAt(start + 20) === SPACE &&
      (sign === PLUS || sign === MINUS) &&
      hours <= 23 &&
      minutes <= 59;
    if (!separated || Number.isNaN(local)) return Number.NaN;
    const offset = (hours * 60 + minutes) * 60_000;
    const ms = forced ? forced.toUtc(local) : local - (sign === MINUS ? -offset : offset);
    // A copy: a slice would keep alive the whole block of text that it was cut from.
    last = Buffer.from(text.slice(start, start + LENGTH), "latin1").toString("latin1");
    lastMs = ms;
    return ms;
  };
}
