import { languageTag } from "../lib/language-tag.ts";
import { bytesIn, unitIn } from "../lib/unit-text.ts";

/** Numbers for people, in the editor's language. Each takes the plain value in the unit its name or comment says. */
export interface Formats {
  /** Whole: 1,234,567. */
  count(value: number): string;
  /** Short, for axes and rates: 0.5, 12, 1.2K, 35M. */
  compact(value: number): string;
  /** A share of 1: 12 %, 0.4 %. */
  percent(value: number): string;
  /** Bytes in powers of 1024: 512B, 1.5kB. */
  bytes(value: number): string;
  /** What has no unit, to three digits: 0.0123, 12.5, 1,230. */
  plain(value: number): string;
  /** Seconds: 350μs, 12ms, 1.25s, 2m 5s. */
  duration(seconds: number): string;
  /** Seconds in one unit, for axes: 350μs, 1.25s, 1.5m, 27h. */
  lapse(seconds: number): string;
  /** A span of time that can be chosen, in seconds and one unit: 5 min, 1 hr, 7 days, in the words of the language. */
  range(seconds: number): string;
  /**
   * Seconds since the epoch as the time of day, with seconds when `step` is shorter than a minute; of another day than
   * today with the day, and of steps of days the day alone.
   */
  clock(time: number, step: number): string;
  /** The same beside an axis with a label at each `step`: where a day begins, the day. */
  tick(time: number, step: number): string;
  /** Day and time, for when the day is not today. */
  moment(time: number): string;
}

const DAY = 86_400;
/** Of what is measured. */
const THREE = { maximumSignificantDigits: 3 } as const;

/** Takes the language as the editor names it, which need not be one that Intl knows. */
export function createFormats(name: string, now: () => number = Date.now): Formats {
  const language = languageTag(name);
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumSignificantDigits: 3 });
  const shares = new Intl.NumberFormat(language, { style: "percent", maximumSignificantDigits: 2 });
  const three = new Intl.NumberFormat(language, THREE);
  const span = (unit: string) => unitIn(language, unit, { maximumFractionDigits: 2 });
  const [inMinutes, inHours, inDays] = [span("minute"), span("hour"), span("day")];
  // In short, English has "sec" and "hr", where those who measure write s and h; other languages have their own.
  const unitDisplay = language.startsWith("en") ? "narrow" : "short";
  const measured = (unit: string) => unitIn(language, unit, { ...THREE, unitDisplay });
  const [micros, millis, inSeconds] = [measured("microsecond"), measured("millisecond"), measured("second")];
  const [someMinutes, someHours] = [measured("minute"), measured("hour")];
  /** Of what is less than a minute. */
  const below = (value: number): string | undefined => {
    if (value > 0 && value < 0.0009995) return micros.format(value * 1e6);
    if (value > 0 && value < 0.9995) return millis.format(value * 1e3);
    return value < 59.95 ? inSeconds.format(value) : undefined;
  };
  const together = new Intl.ListFormat(language, { type: "unit", style: "narrow" });
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const minutes = new Intl.DateTimeFormat(language, time);
  const seconds = new Intl.DateTimeFormat(language, { ...time, second: "2-digit" });
  const day = { month: "short", day: "numeric" } as const;
  const dates = new Intl.DateTimeFormat(language, day);
  const days = new Intl.DateTimeFormat(language, { ...day, ...time });
  const daysAndSeconds = new Intl.DateTimeFormat(language, { ...day, ...time, second: "2-digit" });
  return {
    count: (value) => whole.format(value),
    percent: (value) => shares.format(value),
    compact: (value) => short.format(value),
    plain: (value) => three.format(value),
    bytes: bytesIn(language, THREE),
    duration(value) {
      const short = below(value);
      if (short !== undefined) return short;
      const rounded = Math.round(value);
      const [hours, rest] = [Math.floor(rounded / 3600), rounded % 3600];
      const minutes = someMinutes.format(Math.floor(rest / 60));
      return together.format(
        hours > 0 ? [someHours.format(hours), minutes] : [minutes, inSeconds.format(rest % 60)],
      );
    },
    lapse: (value) =>
      below(value) ?? (value < 3600 ? someMinutes.format(value / 60) : someHours.format(value / 3600)),
    range(value) {
      if (value > DAY && value % DAY === 0) return inDays.format(value / DAY);
      return value < 3600 ? inMinutes.format(value / 60) : inHours.format(value / 3600);
    },
    clock(at, step) {
      if (step >= DAY) return dates.format(at * 1000);
      if (new Date(at * 1000).toDateString() !== new Date(now()).toDateString())
        return (step < 60 ? daysAndSeconds : days).format(at * 1000);
      return (step < 60 ? seconds : minutes).format(at * 1000);
    },
    tick(at, step) {
      const begun = new Date(at * 1000);
      const midnight = begun.getHours() + begun.getMinutes() + begun.getSeconds() === 0;
      return (midnight || step >= DAY ? dates : step < 60 ? seconds : minutes).format(begun);
    },
    moment: (at) => days.format(at * 1000),
  };
}

/** A run time as Go prints one, cut to tenths of a second: 0s, 59.9s, 1m2.5s, 26h0m1s. Takes ms. */
export function goDuration(ms: number): string {
  const tenths = Math.floor(Math.max(0, ms) / 100);
  const [hours, minutes] = [Math.floor(tenths / 36_000), Math.floor((tenths % 36_000) / 600)];
  const seconds = `${(tenths % 600) / 10}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
