import { decimal } from "./digits.ts";
import { closingQuote } from "./escapes.ts";
import type { ParserContext } from "./parser.ts";
import { createRequestReader, quoted, type RequestReader } from "./request.ts";
import { createTimeReader } from "./timestamp.ts";

const SPACE = 32;
const QUOTE = 34;
const DASH = 45;

/**
 * What all access logs share, read from left to right. Each method takes the index where its part begins,
 * fills properties and returns the index after it, or -1 with a `reason`. Values are as written, escapes
 * included. One head serves one parser: its properties hold until the next line.
 */
export interface Head {
  /** `addr ident user [time] ` at the start of the line; the user may hold spaces. */
  who(raw: string): number;
  /** `"request" status bytes` */
  what(raw: string, start: number): number;
  /** ` "referer" "agent"` */
  agents(raw: string, start: number): number;
  /** Lets go of the line, whose pieces keep alive the whole block of text that it was cut from. */
  forget(): void;
  readonly address: string;
  readonly ident: string;
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly request: RequestReader;
  /** The request as a whole. */
  readonly message: string;
  readonly status: number;
  /** null when `-` is written. */
  readonly bytes: number | null;
  readonly referer: string;
  readonly agent: string;
  readonly reason: string;
}

export function createHead(context: ParserContext): Head {
  return new AccessHead(context);
}

// A class, not a closure: its properties are plain loads on the hottest path there is.
class AccessHead implements Head {
  address = "";
  ident = "-";
  user = "-";
  time = 0;
  message = "";
  status = 0;
  bytes: number | null = 0;
  referer = "-";
  agent = "";
  reason = "";
  readonly request = createRequestReader();
  readonly #clf: (text: string, start: number) => number;

  constructor(context: ParserContext) {
    this.#clf = createTimeReader(context).clf;
  }

  who(raw: string): number {
    const first = raw.indexOf(" ");
    const second = first <= 0 ? -1 : raw.indexOf(" ", first + 1);
    if (second <= first + 1) return this.#fail("does not begin with an address, an ident and a user");
    const bracket = raw.indexOf(" [", second + 1);
    if (bracket <= second + 1) return this.#fail("no [time] after the user");
    const close = raw.indexOf("]", bracket + 2);
    if (close < 0) return this.#fail("the time has no closing bracket");
    const time = close === bracket + 28 ? this.#clf(raw, bracket + 2) : Number.NaN;
    if (Number.isNaN(time))
      return this.#fail(`the time does not parse: ${quoted(raw.slice(bracket + 2, close))}`);
    if (raw.charCodeAt(close + 1) !== SPACE) return this.#fail("no space after the time");
    this.time = time;
    this.address = raw.slice(0, first);
    this.ident = isDash(raw, first + 1, second) ? "-" : raw.slice(first + 1, second);
    this.user = isDash(raw, second + 1, bracket) ? "-" : raw.slice(second + 1, bracket);
    return close + 2;
  }

  what(raw: string, start: number): number {
    if (raw.charCodeAt(start) !== QUOTE) return this.#fail("no quoted request where one is due");
    const end = closingQuote(raw, start + 1);
    if (end < 0) return this.#fail("the request has no closing quote");
    const wrong = this.request.read(raw, start + 1, end);
    if (wrong !== undefined) return this.#fail(wrong);
    this.message = raw.slice(start + 1, end);
    const bytesStart = end + 6;
    const status =
      (raw.charCodeAt(end + 2) - 48) * 100 +
      (raw.charCodeAt(end + 3) - 48) * 10 +
      raw.charCodeAt(end + 4) -
      48;
    if (
      raw.charCodeAt(end + 1) !== SPACE ||
      raw.charCodeAt(end + 5) !== SPACE ||
      !isDigit(raw.charCodeAt(end + 2)) ||
      !isDigit(raw.charCodeAt(end + 3)) ||
      !isDigit(raw.charCodeAt(end + 4))
    ) {
      return this.#fail(`the status is not three digits: ${quoted(word(raw, end + 2))}`);
    }
    this.status = status;
    let at = bytesStart;
    let bytes = 0;
    while (isDigit(raw.charCodeAt(at))) bytes = bytes * 10 + raw.charCodeAt(at++) - 48;
    if (at === bytesStart) {
      if (raw.charCodeAt(at) !== DASH) return this.#notBytes(raw, bytesStart);
      at++;
      this.bytes = null;
    } else this.bytes = at - bytesStart > 15 ? decimal(raw, bytesStart, at) : bytes;
    return at === raw.length || raw.charCodeAt(at) === SPACE ? at : this.#notBytes(raw, bytesStart);
  }

  agents(raw: string, start: number): number {
    if (raw.charCodeAt(start) !== SPACE || raw.charCodeAt(start + 1) !== QUOTE) {
      return this.#fail("no quoted referer after the bytes");
    }
    const refererEnd = closingQuote(raw, start + 2);
    if (refererEnd < 0) return this.#fail("the referer has no closing quote");
    if (raw.charCodeAt(refererEnd + 1) !== SPACE || raw.charCodeAt(refererEnd + 2) !== QUOTE) {
      return this.#fail("no quoted user agent after the referer");
    }
    const agentEnd = closingQuote(raw, refererEnd + 3);
    if (agentEnd < 0) return this.#fail("the user agent has no closing quote");
    this.referer = isDash(raw, start + 2, refererEnd) ? "-" : raw.slice(start + 2, refererEnd);
    this.agent = raw.slice(refererEnd + 3, agentEnd);
    return agentEnd + 1;
  }

  forget(): void {
    this.address = "";
    this.ident = "";
    this.user = "";
    this.message = "";
    this.referer = "";
    this.agent = "";
    this.request.forget();
  }

  #notBytes(raw: string, start: number): number {
    return this.#fail(`the bytes sent are no number: ${quoted(word(raw, start))}`);
  }

  #fail(reason: string): number {
    this.reason = reason;
    return -1;
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isDash(raw: string, start: number, end: number): boolean {
  return end - start === 1 && raw.charCodeAt(start) === DASH;
}

function word(raw: string, start: number): string {
  const end = raw.indexOf(" ", start);
  return raw.slice(start, end < 0 ? raw.length : end);
}
