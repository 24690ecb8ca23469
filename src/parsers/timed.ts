import type { LogRecord, Origin } from "../model.ts";
import { decimal, digits } from "./digits.ts";
import { unescaped } from "./escapes.ts";
import { createHead } from "./head.ts";
import { levelOfStatus } from "./level.ts";
import { type Parser, type ParserContext, unparsed } from "./parser.ts";
import { quoted } from "./request.ts";
import { createTimedQuick } from "./timed-quick.ts";

/**
 * nginx's access log as log_process reads it, thirteen values a line:
 * `addr ident user [time] scheme "request" status bytes "referer" "agent" "gzip" upstream request_time`.
 */
export function createTimed(context: ParserContext): Parser {
  const head = createHead(context);
  let scheme = "";

  const parse = (raw: string, origin: Origin, offset: number, observed: number): LogRecord => {
    const fail = (reason: string) => unparsed(raw, origin, offset, observed, reason);
    const schemeStart = head.who(raw);
    if (schemeStart < 0) return fail(head.reason);
    const schemeEnd = raw.indexOf(" ", schemeStart);
    if (schemeEnd <= schemeStart) return fail("no scheme after the time");
    if (schemeEnd - schemeStart !== scheme.length || !raw.startsWith(scheme, schemeStart)) {
      const found = raw.slice(schemeStart, schemeEnd);
      if (!/^[a-z]+$/.test(found)) return fail(`the scheme is not lower-case letters: ${quoted(found)}`);
      scheme = found;
    }
    const requestEnd = head.what(raw, schemeEnd + 1);
    if (requestEnd < 0) return fail(head.reason);
    const gzipStart = head.agents(raw, requestEnd);
    if (gzipStart < 0) return fail(head.reason);
    if (raw.charCodeAt(gzipStart) !== 32 || raw.charCodeAt(gzipStart + 1) !== 34) {
      return fail("no quoted gzip ratio after the user agent");
    }
    const gzipEnd = raw.indexOf('"', gzipStart + 2);
    if (gzipEnd < 0 || raw.charCodeAt(gzipEnd + 1) !== 32)
      return fail("no quoted gzip ratio after the user agent");
    const gzip = optional(raw, gzipStart + 2, gzipEnd);
    if (Number.isNaN(gzip))
      return fail(`the gzip ratio is no number: ${quoted(raw.slice(gzipStart + 2, gzipEnd))}`);
    const lastSpace = raw.lastIndexOf(" ");
    if (lastSpace <= gzipEnd + 1) return fail("no upstream time and request time at the end");
    const upstream = sumOf(raw, gzipEnd + 2, lastSpace);
    if (Number.isNaN(upstream)) {
      return fail(`the upstream time is no number: ${quoted(raw.slice(gzipEnd + 2, lastSpace))}`);
    }
    const took = optional(raw, lastSpace + 1, raw.length);
    if (Number.isNaN(took)) return fail(`the request time is no number: ${quoted(raw.slice(lastSpace + 1))}`);

    const { request, status } = head;
    const escaped = raw.includes("\\");
    const record: LogRecord = {
      origin,
      offset,
      time: head.time,
      nanos: 0,
      precision: "s",
      level: levelOfStatus(status),
      message: escaped ? unescaped(head.message) : head.message,
      fields: {
        remote_addr: head.address,
        ident: head.ident,
        remote_user: escaped ? unescaped(head.user) : head.user,
        scheme,
        method: request.method,
        path: escaped ? unescaped(request.path) : request.path,
        query: escaped && request.query !== null ? unescaped(request.query) : request.query,
        protocol: request.protocol,
        status,
        bytes_sent: head.bytes,
        referer: escaped ? unescaped(head.referer) : head.referer,
        user_agent: escaped ? unescaped(head.agent) : head.agent,
        gzip_ratio: gzip,
        upstream_time: upstream,
        request_time: took,
      },
      raw,
      error: undefined,
    };
    head.forget();
    return record;
  };

  return { name: "nginx", parse, quick: createTimedQuick(context) };
}

/** A number, null for `-`, NaN for anything else. */
export function optional(text: string, start: number, end: number): number | null {
  if (end - start === 1 && text.charCodeAt(start) === 45) return null;
  // nginx writes times with three digits behind the dot: `1.005`.
  if (end - start === 5 && text.charCodeAt(start + 1) === 46) {
    return (digits(text, start, 1) * 1000 + digits(text, start + 2, 3)) / 1000;
  }
  return decimal(text, start, end);
}

/**
 * nginx's list of what each upstream server took, `0.1, 0.2 : 0.3`, as the sum; servers that were not
 * reached are `-`. Null when there is no number at all, NaN when something is neither.
 */
export function sumOf(text: string, start: number, end: number): number | null {
  const one = optional(text, start, end);
  if (!Number.isNaN(one)) return one;
  let sum: number | null = null;
  for (const part of text.slice(start, end).split(/, ?| : /)) {
    const value = optional(part, 0, part.length);
    if (Number.isNaN(value)) return Number.NaN;
    if (value !== null) sum = (sum ?? 0) + value;
  }
  // Sums of milliseconds are not exact in binary: 0.1 + 0.2.
  return sum === null ? null : Math.round(sum * 1e6) / 1e6;
}
