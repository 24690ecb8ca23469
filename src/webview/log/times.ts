import { languageTag } from "../language.ts";

/** Times of records for people, in the editor's language and the machine's zone. */
export interface Times {
  /** Day and time to the millisecond. */
  stamp(ms: number): string;
  /** The same with all digits and the zone. */
  full(ms: number, nanos: number): string;
  /** Time of day, or the day for steps of days. */
  axis(ms: number, step: number): string;
}

export function createTimes(name: string): Times {
  const language = languageTag(name);
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  const day = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const stamp = new Intl.DateTimeFormat("sv-SE", { ...day, ...time, fractionalSecondDigits: 3 });
  const zone = new Intl.DateTimeFormat(language, { ...day, ...time, timeZoneName: "short" });
  const minutes = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const seconds = new Intl.DateTimeFormat(language, time);
  const days = new Intl.DateTimeFormat(language, { month: "short", day: "numeric" });
  return {
    // 2026-03-04 13:49:52.123, which sorts and is as wide for all.
    stamp: (ms) => stamp.format(ms).replace(",", "."),
    full(ms, nanos) {
      const fraction = String(((ms % 1000) + 1000) % 1000).padStart(3, "0");
      const rest = nanos > 0 ? String(nanos).padStart(6, "0") : "";
      return `${zone.format(ms)} · .${fraction}${rest}`;
    },
    axis(ms, step) {
      if (step >= 86_400_000) return days.format(ms);
      return (step < 60_000 ? seconds : minutes).format(ms);
    },
  };
}
