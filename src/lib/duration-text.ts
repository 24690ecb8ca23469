import { durationSeconds } from "./duration-seconds.ts";

const WITH_UNITS = /^(?:\d+(?:\.\d+)?(?:ns|[uµμ]s|ms|s|m|h))+$/;

/** Seconds of a duration as Go and its loggers write it: `12ms`, `1.5s`, `1m2.5s`; undefined for any other text. */
export function secondsOfText(text: string): number | undefined {
  // The longest that Go writes is shorter: `2562047h47m16.854775807s`.
  return text.length <= 30 && WITH_UNITS.test(text) ? durationSeconds(text) : undefined;
}
