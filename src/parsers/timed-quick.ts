import type { LogRecord, Origin } from "../model.ts";
import { levelOfStatus } from "./level.ts";
import type { ParserContext, Run } from "./parser.ts";
import { createTimeReader } from "./timestamp.ts";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const QUESTION = 63;
const BRACKET = 91;
const CLOSING = 93;
const TIME_LENGTH = 26;

// What ends a scan, by byte: in the path, in the query, within quotes, and in a plain word.
const ENDS_PATH = 1;
const ENDS_QUERY = 2;
const ENDS_QUOTED = 4;
const ENDS_WORD = 8;
const ENDS = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const char = String.fromCharCode(byte);
  const control = byte < 32 || byte > 126;
  if (control || ' "\\%#?'.includes(char)) ENDS[byte] = (ENDS[byte] ?? 0) | ENDS_PATH;
  if (control || ' "\\#'.includes(char)) ENDS[byte] = (ENDS[byte] ?? 0) | ENDS_QUERY;
  if (control || '"\\'.includes(char)) ENDS[byte] = (ENDS[byte] ?? 0) | ENDS_QUOTED;
  if (control || ' "\\'.includes(char)) ENDS[byte] = (ENDS[byte] ?? 0) | ENDS_WORD;
}
const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/**
 * The short cut of `createTimed` for the lines that nearly all lines are: no escapes, one upstream server, a
 * path from the root. It looks at each byte once and makes the same record; any other line it leaves alone.
 */
export function createTimedQuick(
  context: ParserContext,
): (run: Run, from: number, origin: Origin, offset: number) => LogRecord | undefined {
  const { clf } = createTimeReader(context);
  const lastTime = new Uint8Array(TIME_LENGTH);
  let lastMs = Number.NaN;
  const words = createWords();

  return ({ text, bytes }, from, origin, offset) => {
    let at = scan(bytes, from, ENDS_WORD);
    if (at === from || bytes[at] !== SPACE) return undefined;
    const addressEnd = at;
    if (bytes[at + 1] !== DASH || bytes[at + 2] !== SPACE) return undefined;
    const userStart = at + 3;
    at = scan(bytes, userStart, ENDS_WORD);
    if (at === userStart || bytes[at] !== SPACE || bytes[at + 1] !== BRACKET) return undefined;
    const userEnd = at;

    const time = at + 2;
    if (bytes[time + TIME_LENGTH] !== CLOSING || bytes[time + TIME_LENGTH + 1] !== SPACE) return undefined;
    // From the end: the seconds change first.
    let same = TIME_LENGTH - 1;
    while (same >= 0 && bytes[time + same] === lastTime[same]) same--;
    if (same >= 0) {
      lastMs = clf(text, time);
      if (Number.isNaN(lastMs)) {
        lastTime.fill(0);
        return undefined;
      }
      lastTime.set(bytes.subarray(time, time + TIME_LENGTH));
    }

    const schemeStart = time + TIME_LENGTH + 2;
    at = schemeStart;
    while (isLower(bytes[at] as number)) at++;
    if (at === schemeStart || bytes[at] !== SPACE || bytes[at + 1] !== QUOTE) return undefined;
    const schemeEnd = at;

    const methodStart = at + 2;
    at = scan(bytes, methodStart, ENDS_WORD);
    if (at === methodStart || bytes[at] !== SPACE) return undefined;
    const methodEnd = at;
    const pathStart = at + 1;
    if (bytes[pathStart] !== SLASH) return undefined;
    at = scan(bytes, pathStart, ENDS_PATH);
    const pathEnd = at;
    if (bytes[at] === QUESTION) at = scan(bytes, at + 1, ENDS_QUERY);
    if (bytes[at] !== SPACE) return undefined;
    const targetEnd = at;
    at = scan(bytes, targetEnd + 1, ENDS_WORD);
    if (at === targetEnd + 1 || bytes[at] !== QUOTE) return undefined;
    const requestEnd = at;

    const hundreds = digit(bytes, at + 2);
    const tens = digit(bytes, at + 3);
    const ones = digit(bytes, at + 4);
    // What is no digit is 10 or more, as unsigned.
    if (bytes[at + 1] !== SPACE || hundreds > 9 || tens > 9 || ones > 9 || bytes[at + 5] !== SPACE)
      return undefined;
    const status = hundreds * 100 + tens * 10 + ones;
    const sentStart = at + 6;
    at = scan(bytes, sentStart, ENDS_WORD);
    const sent = numberOrNull(bytes, sentStart, at, false);
    if (Number.isNaN(sent) || bytes[at] !== SPACE || bytes[at + 1] !== QUOTE) return undefined;

    const refererStart = at + 2;
    at = scan(bytes, refererStart, ENDS_QUOTED);
    if (bytes[at] !== QUOTE || bytes[at + 1] !== SPACE || bytes[at + 2] !== QUOTE) return undefined;
    const refererEnd = at;
    const agentStart = at + 3;
    at = scan(bytes, agentStart, ENDS_QUOTED);
    if (bytes[at] !== QUOTE || bytes[at + 1] !== SPACE || bytes[at + 2] !== QUOTE) return undefined;
    const agentEnd = at;

    const gzipStart = at + 3;
    at = scan(bytes, gzipStart, ENDS_WORD);
    const gzip = numberOrNull(bytes, gzipStart, at, true);
    if (Number.isNaN(gzip) || bytes[at] !== QUOTE || bytes[at + 1] !== SPACE) return undefined;
    const upstreamStart = at + 2;
    at = scan(bytes, upstreamStart, ENDS_WORD);
    const upstream = numberOrNull(bytes, upstreamStart, at, true);
    if (Number.isNaN(upstream) || bytes[at] !== SPACE) return undefined;
    const tookStart = at + 1;
    at = scan(bytes, tookStart, ENDS_WORD);
    const took = numberOrNull(bytes, tookStart, at, true);
    const ended = bytes[at] === CARRIAGE_RETURN ? bytes[at + 1] : bytes[at];
    if (Number.isNaN(took) || ended !== LINE_FEED) return undefined;

    return {
      origin,
      offset,
      time: lastMs,
      nanos: 0,
      precision: "s",
      level: levelOfStatus(status),
      message: text.slice(methodStart, requestEnd),
      fields: {
        remote_addr: text.slice(from, addressEnd),
        ident: "-",
        remote_user:
          userEnd - userStart === 1 ? words(text, bytes, userStart, userEnd) : text.slice(userStart, userEnd),
        scheme: words(text, bytes, schemeStart, schemeEnd),
        method: words(text, bytes, methodStart, methodEnd),
        path: text.slice(pathStart, pathEnd),
        query: pathEnd === targetEnd ? null : text.slice(pathEnd + 1, targetEnd),
        protocol: words(text, bytes, targetEnd + 1, requestEnd),
        status,
        bytes_sent: sent,
        referer:
          refererEnd - refererStart === 1
            ? words(text, bytes, refererStart, refererEnd)
            : text.slice(refererStart, refererEnd),
        user_agent: text.slice(agentStart, agentEnd),
        gzip_ratio: gzip,
        upstream_time: upstream,
        request_time: took,
      },
      raw: text.slice(from, at),
      error: undefined,
    };
  };
}

/** Index of the first byte from `start` on that ends this kind of scan; a line feed ends all. */
function scan(bytes: Uint8Array, start: number, kind: number): number {
  let at = start;
  while (((ENDS[bytes[at] as number] as number) & kind) === 0) at++;
  return at;
}

/**
 * Short words of which few are ever seen (methods, schemes, protocols, dashes): the string made before, found
 * by length and first letters. Longer ones are cut from the text.
 */
function createWords(): (text: string, bytes: Uint8Array, start: number, end: number) => string {
  const known: string[] = Array.from({ length: 1024 }, () => "");
  return (text, bytes, start, end) => {
    const length = end - start;
    if (length > 12) return text.slice(start, end);
    const place = (length << 6) | ((bytes[start] as number) & 63);
    const word = known[place] as string;
    if (word.length === length) {
      let at = 0;
      while (at < length && word.charCodeAt(at) === bytes[start + at]) at++;
      if (at === length) return word;
    }
    // So short a piece is copied, and does not keep the text alive.
    const made = text.slice(start, end);
    known[place] = made;
    return made;
  };
}

function isLower(byte: number): boolean {
  return byte >= 97 && byte <= 122;
}

function digit(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) - 48) >>> 0;
}

/** What digits with at most one dot within them say; null for `-`, NaN for all else and for over 15 digits. */
function numberOrNull(bytes: Uint8Array, start: number, end: number, dots: boolean): number | null {
  if (end - start === 1 && bytes[start] === DASH) return null;
  if (end === start || end - start > 15) return Number.NaN;
  let value = 0;
  let dot = -1;
  for (let at = start; at < end; at++) {
    const one = digit(bytes, at);
    if (one <= 9) value = value * 10 + one;
    else if (bytes[at] === DOT && dots && dot < 0) dot = at;
    else return Number.NaN;
  }
  if (dot < 0) return value;
  if (dot === start || dot === end - 1) return Number.NaN;
  return value / (POWERS[end - dot - 1] as number);
}
