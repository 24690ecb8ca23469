import { z } from "zod";
import type { LogRecord } from "../model.ts";
import { unescaped } from "./escapes.ts";
import { createHead } from "./head.ts";
import { levelOfStatus } from "./level.ts";
import { type Parser, type ParserContext, type ParserDefinition, unparsed } from "./parser.ts";
import { quoted } from "./request.ts";
import { share } from "./share.ts";

const options = z.strictObject({});
const UTC: ParserContext = { timezone: "UTC", ignoreOffset: false };

/** The combined log format of Apache and nginx: common, referer and user agent. */
export const combined: ParserDefinition<typeof options> = {
  name: "combined",
  options,
  create: (_, context) => createCombined(context),
  samples: [
    {
      line: '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326 "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)"',
    },
    { line: '::1 - - [10/Oct/2000:13:55:36 -0700] "OPTIONS * HTTP/1.0" 304 - "-" "say \\"hi\\""' },
  ],
  detect: (lines) => share(lines, createCombined(UTC)),
};

/** The common log format (NCSA). */
export const common: ParserDefinition<typeof options> = {
  name: "common",
  options,
  create: (_, context) => createCommon(context),
  samples: [
    {
      line: '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif?a=b HTTP/1.0" 200 2326',
    },
    { line: 'host.example - - [10/Oct/2000:13:55:36 -0700] "HEAD / HTTP/1.1" 503 -' },
  ],
  detect: (lines) => share(lines, createCommon(UTC)),
};

function createCombined(context: ParserContext): Parser {
  const head = createHead(context);
  return {
    name: "combined",
    parse(raw, origin, offset, observed) {
      const requestStart = head.who(raw);
      const requestEnd = requestStart < 0 ? -1 : head.what(raw, requestStart);
      const end = requestEnd < 0 ? -1 : head.agents(raw, requestEnd);
      if (end < 0) return unparsed(raw, origin, offset, observed, head.reason);
      if (end !== raw.length) {
        return unparsed(
          raw,
          origin,
          offset,
          observed,
          `more text than the format has: ${quoted(raw.slice(end))}`,
        );
      }
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
          method: request.method,
          path: escaped ? unescaped(request.path) : request.path,
          query: escaped && request.query !== null ? unescaped(request.query) : request.query,
          protocol: request.protocol,
          status,
          bytes_sent: head.bytes,
          referer: escaped ? unescaped(head.referer) : head.referer,
          user_agent: escaped ? unescaped(head.agent) : head.agent,
        },
        raw,
        error: undefined,
      };
      head.forget();
      return record;
    },
  };
}

function createCommon(context: ParserContext): Parser {
  const head = createHead(context);
  return {
    name: "common",
    parse(raw, origin, offset, observed) {
      const requestStart = head.who(raw);
      const end = requestStart < 0 ? -1 : head.what(raw, requestStart);
      if (end < 0) return unparsed(raw, origin, offset, observed, head.reason);
      if (end !== raw.length) {
        return unparsed(
          raw,
          origin,
          offset,
          observed,
          `more text than the format has: ${quoted(raw.slice(end))}`,
        );
      }
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
          method: request.method,
          path: escaped ? unescaped(request.path) : request.path,
          query: escaped && request.query !== null ? unescaped(request.query) : request.query,
          protocol: request.protocol,
          status,
          bytes_sent: head.bytes,
        },
        raw,
        error: undefined,
      };
      head.forget();
      return record;
    },
  };
}
