import type { Precision } from "../model.ts";
import { createClf } from "./clf.ts";
import { epochNumber, epochText } from "./epoch.ts";
import { readIso } from "./iso.ts";
import type { ParserContext } from "./parser.ts";
import { readMail, readSyslog } from "./rfc.ts";
import { createZone } from "./zone.ts";

export interface Timestamp {
  /** Whole milliseconds since the epoch. */
  readonly ms: number;
  /** Nanoseconds within that millisecond. */
  readonly nanos: number;
  readonly precision: Precision;
  /** Index after the last character of the time in the text it was read from. */
  readonly end: number;
}

/** A time as its characters say it, before a zone is applied. */
export interface Written {
  /** Clock time as if it were UTC, in whole ms. */
  readonly local: number;
  readonly nanos: number;
  readonly precision: Precision;
  /** Offset east of UTC in ms; undefined when none is written. */
  readonly offset: number | undefined;
  readonly end: number;
}

/** Reads the times of one source, with its zone. */
export interface TimeReader {
  /** `04/Mar/2018:13:49:52 +0000` at `start` (26 characters) as ms; NaN when it is none. */
  clf(text: string, start: number): number;
  /**
   * A time in any known spelling that begins at `start`; more text may follow. Not epoch numbers.
   * @param observed when the line was read: gives the year to times without one
   */
  at(text: string, start: number, observed: number): Timestamp | undefined;
  /** A value that is a time as a whole: any spelling, or seconds, ms, µs or ns since the epoch. */
  value(value: unknown, observed: number): Timestamp | undefined;
}

/**
 * Known spellings: ISO 8601 (`T` or space, comma or dot, `-` or `/` in the date, with or without zone: the
 * layouts of nginx's error log and Go's too), common log format, RFC 2822, RFC 3164.
 * Throws UserError for a zone that is none.
 */
export function createTimeReader(context: ParserContext): TimeReader {
  const reader = createPlainReader(context);
  const { clockAhead: ahead = 0 } = context;
  if (ahead === 0) return reader;
  const corrected = (time: Timestamp | undefined) => time && { ...time, ms: time.ms - ahead };
  return {
    clf: (text, start) => reader.clf(text, start) - ahead,
    at: (text, start, observed) => corrected(reader.at(text, start, observed)),
    value: (value, observed) => corrected(reader.value(value, observed)),
  };
}

function createPlainReader({ timezone, ignoreOffset }: ParserContext): TimeReader {
  const zone = createZone(timezone);
  const clf = createClf(ignoreOffset ? zone : undefined);

  const resolve = (written: Written): Timestamp => ({
    ms:
      written.offset === undefined || ignoreOffset
        ? zone.toUtc(written.local)
        : written.local - written.offset,
    nanos: written.nanos,
    precision: written.precision,
    end: written.end,
  });

  const at = (text: string, start: number, observed: number): Timestamp | undefined => {
    const code = text.charCodeAt(start);
    let written: Written | undefined;
    if (code >= 48 && code <= 57) {
      const ms = clf(text, start);
      if (!Number.isNaN(ms)) return { ms, nanos: 0, precision: "s", end: start + 26 };
      written = readIso(text, start) ?? readMail(text, start);
    } else if (code >= 65 && code <= 90) {
      written = readMail(text, start) ?? readSyslog(text, start, observed, zone.toUtc);
    }
    return written && resolve(written);
  };

  return {
    clf,
    at,
    value(value, observed) {
      if (typeof value === "number") return epochNumber(value);
      if (typeof value !== "string") return undefined;
      const text = value.trim();
      const found = at(text, 0, observed);
      if (found?.end === text.length) return found;
      return epochText(text);
    },
  };
}
