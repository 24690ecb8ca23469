import { languageTag } from "../../lib/language-tag.ts";
import { knownZone } from "../../lib/zones.ts";

/** Times of records for people, in the editor's language. */
export interface Times {
  /** Name of the zone they are in; undefined: the machine's. */
  readonly zone: string | undefined;
  setZone(zone: string | undefined): void;
  /** Day and time to the millisecond. */
  stamp(ms: number): string;
  /** The same with all digits and the zone. */
  full(ms: number, nanos: number): string;
  /** Time of day, to the millisecond for steps below a second; or the day for steps of days. */
  axis(ms: number, step: number): string;
  /** How long ago it was: 3 sec. ago. */
  ago(ms: number, now: number): string;
}

export function createTimes(name: string): Times {
  const language = languageTag(name);
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  const day = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const ago = new Intl.RelativeTimeFormat(language, { style: "short" });
  const make = (timeZone: string | undefined) => ({
    stamp: new Intl.DateTimeFormat("sv-SE", { ...day, ...time, fractionalSecondDigits: 3, timeZone }),
    zone: new Intl.DateTimeFormat(language, { ...day, ...time, timeZoneName: "short", timeZone }),
    minutes: new Intl.DateTimeFormat(language, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone,
    }),
    seconds: new Intl.DateTimeFormat(language, { ...time, timeZone }),
    parts: new Intl.DateTimeFormat(language, { ...time, fractionalSecondDigits: 3, timeZone }),
    days: new Intl.DateTimeFormat(language, { month: "short", day: "numeric", timeZone }),
  });
  let zone: string | undefined;
  let formats = make(zone);
  return {
    get zone() {
      return zone;
    },
    setZone(next) {
      const known = knownZone(next);
      if (known === zone) return;
      zone = known;
      formats = make(zone);
    },
    // 2026-03-04 13:49:52.123, which sorts and is as wide for all.
    stamp: (ms) => formats.stamp.format(ms).replace(",", "."),
    full(ms, nanos) {
      const fraction = String(((ms % 1000) + 1000) % 1000).padStart(3, "0");
      const rest = nanos > 0 ? String(nanos).padStart(6, "0") : "";
      return `${formats.zone.format(ms)} · .${fraction}${rest}`;
    },
    axis(ms, step) {
      if (step >= 86_400_000) return formats.days.format(ms);
      if (step < 1000) return formats.parts.format(ms);
      return (step < 60_000 ? formats.seconds : formats.minutes).format(ms);
    },
    ago(ms, now) {
      const seconds = Math.round((ms - now) / 1000);
      const size = Math.abs(seconds);
      if (size < 60) return ago.format(seconds, "second");
      if (size < 3600) return ago.format(Math.trunc(seconds / 60), "minute");
      if (size < 86_400) return ago.format(Math.trunc(seconds / 3600), "hour");
      return ago.format(Math.trunc(seconds / 86_400), "day");
    },
  };
}
