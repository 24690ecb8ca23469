import { clock, monthAt } from "./calendar.ts";
import type { Written } from "./timestamp.ts";

const MAIL =
  /(?:[A-Z][a-z]{2}, ?)?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))?(?: (?:([+-])(\d\d)(\d\d)|([A-Z]{1,4}))(?![A-Za-z0-9]))?/y;
const SYSLOG =
  /(?:[A-Z][a-z]{2} )?([A-Z][a-z]{2}) ([ \d]?\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: (\d{4})(?!\d))?/y;
const DAY = 86_400_000;

/** Names of zones in RFC 2822 section 4.3, hours east. */
const NAMED: Readonly<Record<string, number>> = {
  UT: 0,
  UTC: 0,
  GMT: 0,
  Z: 0,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};

/** `Sun, 04 Mar 2018 13:49:52 +0000`, RFC 2822 (and HTTP): the weekday, seconds and zone may lack. */
export function readMail(text: string, start: number): Written | undefined {
  MAIL.lastIndex = start;
  const match = MAIL.exec(text);
  if (!match) return undefined;
  const [all, day, month = "", year, hour, minute, second = "0", sign, hours, minutes, name] = match;
  const local = clock(
    +(year ?? 0),
    monthAt(month, 0),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (Number.isNaN(local)) return undefined;
  let offset: number | undefined;
  let end = start + all.length;
  if (sign !== undefined) {
    if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
    offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -60_000 : 60_000);
  } else if (name !== undefined) {
    const named = NAMED[name];
    // A word that is no zone is the text's: `ERROR`.
    if (named === undefined) end -= name.length + 1;
    else offset = named * 3_600_000;
  }
  return { local, nanos: 0, precision: "s", offset, end };
}

/**
 * `Mar  4 13:49:52`, RFC 3164 section 4.1.2, with the fraction some write; also `Sun Mar  4 13:49:52 2018`
 * (ctime). Without a year it is the latest that leaves the time at most a day after `observed`.
 * @param toUtc tells the instant of a clock time: around New Year the year depends on the zone
 */
export function readSyslog(
  text: string,
  start: number,
  observed: number,
  toUtc: (local: number) => number,
): Written | undefined {
  SYSLOG.lastIndex = start;
  const match = SYSLOG.exec(text);
  if (!match) return undefined;
  const [all, name = "", day, hour, minute, second, fraction = "", given] = match;
  const month = monthAt(name, 0);
  const at = (year: number) => clock(year, month, Number(day), Number(hour), Number(minute), Number(second));
  let local = Number.NaN;
  if (given !== undefined) local = at(Number(given));
  else {
    // A clock may be fourteen hours ahead of UTC, and twelve behind.
    const year = new Date(observed + 2 * DAY).getUTCFullYear();
    let found = Number.NaN;
    // The 29th of February may lie up to eight years back.
    for (let back = 0; back <= 9 && !(found <= observed + DAY); back++) {
      local = at(year - back);
      found = Number.isNaN(local) ? local : toUtc(local);
    }
  }
  if (Number.isNaN(local)) return undefined;
  const nine = fraction.padEnd(9, "0");
  return {
    local: local + Number(nine.slice(0, 3)),
    nanos: Number(nine.slice(3)),
    precision: fraction === "" ? "s" : fraction.length <= 3 ? "ms" : fraction.length <= 6 ? "us" : "ns",
    offset: undefined,
    end: start + all.length,
  };
}
