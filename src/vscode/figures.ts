import { languageTag } from "../lib/language-tag.ts";
import { bytesIn } from "../lib/unit-text.ts";

/** Numbers and times for people, in a language. */
export interface Figures {
  /** 1,234,567 */
  whole(value: number): string;
  /** A count in at most four characters: 0, 999, 1.2k, 35k, 1.2M. Rates below ten keep one decimal. */
  compact(value: number): string;
  /** In powers of 1024: 0B, 1.5kB, 35MB. */
  bytes(value: number): string;
  /** Day and time, and time of day; of ms since the epoch. */
  moment(ms: number): string;
  time(ms: number): string;
}

/** @param name a language as the editor names it, which need not be the machine's */
export function createFigures(name: string): Figures {
  const language = languageTag(name);
  const numbers = new Intl.NumberFormat(language);
  const plain = new Intl.NumberFormat(language, { useGrouping: false });
  const short = (value: number): string =>
    plain.format(value < 9.95 ? Math.round(value * 10) / 10 : Math.round(value));
  return {
    whole: (value) => numbers.format(value),
    compact(value) {
      for (const [unit, suffix] of [
        [1e9, "G"],
        [1e6, "M"],
        [1e3, "k"],
      ] as const) {
        // 999.6 would round to "1000": it belongs to the unit above.
        if (value >= unit * 0.9995) return `${short(value / unit)}${suffix}`;
      }
      return short(value);
    },
    bytes: bytesIn(language, { maximumSignificantDigits: 3 }),
    moment: (ms) => new Date(ms).toLocaleString(language),
    time: (ms) => new Date(ms).toLocaleTimeString(language),
  };
}
