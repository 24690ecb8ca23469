import { clock } from "./calendar.ts";
import { digits, digitsEnd } from "./digits.ts";
import { precisionOf } from "./epoch.ts";
import { readOffset } from "./offset.ts";
import type { Written } from "./timestamp.ts";

const DASH = 45;
const SLASH = 47;
const COLON = 58;

/**
 * `2018-03-04T13:49:52.123456789+08:00` and its kin at `start`: space for T, comma for the dot, slashes in
 * the date, no seconds, no zone, or the date alone (midnight) when nothing follows.
 */
export function readIso(text: string, start: number): Written | undefined {
  const separator = text.charCodeAt(start + 4);
  if ((separator !== DASH && separator !== SLASH) || text.charCodeAt(start + 7) !== separator)
    return undefined;
  const year = digits(text, start, 4);
  const month = digits(text, start + 5, 2);
  const day = digits(text, start + 8, 2);
  if (text.length === start + 10) return written(clock(year, month, day, 0, 0, 0), "", undefined, start + 10);

  const joint = text[start + 10];
  if ((joint !== "T" && joint !== " " && joint !== "t") || text.charCodeAt(start + 13) !== COLON)
    return undefined;
  const hour = digits(text, start + 11, 2);
  const minute = digits(text, start + 14, 2);
  let second = 0;
  let fraction = "";
  let end = start + 16;
  if (text.charCodeAt(end) === COLON) {
    second = digits(text, end + 1, 2);
    end += 3;
    const point = text[end];
    const fractionEnd = digitsEnd(text, end + 1);
    if ((point === "." || point === ",") && fractionEnd > end + 1) {
      fraction = text.slice(end + 1, fractionEnd);
      end = fractionEnd;
    }
  }
  const zone = readOffset(text, end);
  return written(clock(year, month, day, hour, minute, second), fraction, zone?.offset, zone?.end ?? end);
}

/** Digits beyond nanoseconds are cut. */
function written(
  local: number,
  fraction: string,
  offset: number | undefined,
  end: number,
): Written | undefined {
  if (Number.isNaN(local)) return undefined;
  if (fraction === "") return { local, nanos: 0, precision: "s", offset, end };
  const nine = fraction.padEnd(9, "0");
  return {
    local: local + digits(nine, 0, 3),
    nanos: digits(nine, 3, 6),
    precision: precisionOf(fraction.length),
    offset,
    end,
  };
}
