import { z } from "zod";
import type { FieldValue, LogRecord } from "../model.ts";
import { levelInText, levelOf } from "./level.ts";
import { type Parser, type ParserContext, type ParserDefinition, unparsed } from "./parser.ts";
import { readStructured } from "./structured.ts";
import { createTimeReader, type Timestamp } from "./timestamp.ts";

const options = z.strictObject({});

/** RFC 5424 section 6.2.1, by code; the names of syslog.conf(5). */
const FACILITIES = (
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock " +
  "local0 local1 local2 local3 local4 local5 local6 local7"
).split(" ");

const PRIORITY = /^<(\d{1,3})>/;
const VERSION_1 = /^<\d{1,3}>1 /;
/** The month first, as RFC 3164 has it: what no other log begins with that names a program behind a host. */
const BSD =
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? ([^\s:[\]]+) [^\s:[\]]{1,64}(?:\[[^\]\s]{0,64}\])?:(?: |$)/;
/** `app:`, `app[123]:` and `app[123] `, with the space behind. */
const TAG = /([^\s:[\]]{1,64})(?:\[([^\]\s]{0,64})\])?:(?: |$)|([^\s:[\]]{1,64})\[([^\]\s]{0,64})\](?: |$)/y;
const HOST = /([^\s[\]]{1,255}) /y;
/** As loggers write levels, and nobody a host. */
const LEVEL = /^[A-Z]{3,}$/;
/** Cisco's clocks say `*` when they are not set, and `.` when they lost their server. */
const CLOCK = /(?:\d+: )?[*.]?/y;

/**
 * Syslog as it is sent (RFC 3164 and RFC 5424) and as it stands in files like /var/log/syslog, without a priority.
 * Of the older form, which was written down late, all is taken that begins with a priority: what has no time is of
 * now, what names no program is a message.
 */
export const syslog: ParserDefinition<typeof options> = {
  name: "syslog",
  options,
  create: (_, context) => createSyslog(context),
  samples: [
    {
      line: '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog 812 ID47 [exampleSDID@32473 iut="3" eventSource="Application"] An application event',
    },
    {
      line: "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - 'su root' failed on /dev/pts/8",
    },
    { line: "<165>1 - - - - - -" },
    { line: "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8" },
    { line: "<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!" },
    { line: "<189>29: *Mar  1 18:48:50.483: %SYS-5-CONFIG_I: Configured from console" },
    { line: "<13>2018-03-04T13:49:52.123456+01:00 web nginx[12]: reloaded" },
    { line: "<0>no time, no host" },
    { line: "Mar  4 13:49:52 web systemd[1]: Started Daily apt download activities." },
    { line: "Mar  4 13:49:52 web kernel: [    0.000000] Linux version 6.8.0" },
    { line: "Mar  4 13:49:52 web last message repeated 3 times" },
    { line: "2018-03-04T13:49:52.123456+01:00 web CRON[123]: (root) CMD (true)" },
  ],
  detect: (lines) => lines.filter(isSyslog).length / Math.max(1, lines.length),
};

/** Whether a line is syslog and nothing else: files with ISO times may be of any program, and are not. */
function isSyslog(line: string): boolean {
  const priority = PRIORITY.exec(line);
  if (priority) return Number(priority[1]) <= 191;
  const host = BSD.exec(line)?.[1];
  return host !== undefined && levelOf(host) === undefined;
}

function createSyslog(context: ParserContext): Parser {
  const times = createTimeReader(context);

  const parse: Parser["parse"] = (raw, origin, offset, observed) => {
    const failed = (why: string): LogRecord => unparsed(raw, origin, offset, observed, why);
    const fields: Record<string, FieldValue> = {};
    let level: LogRecord["level"];
    let at = 0;
    const given = PRIORITY.exec(raw);
    if (given) {
      const priority = Number(given[1]);
      if (priority > 191) return failed(`the priority ${priority} is above 191`);
      fields.facility = FACILITIES[priority >> 3] ?? priority >> 3;
      fields.severity = priority & 7;
      level = levelOf(priority & 7);
      at = given[0].length;
    }
    const record = (time: Timestamp | undefined, message: string): LogRecord => ({
      origin,
      offset,
      time: time?.ms ?? observed,
      nanos: time?.nanos ?? 0,
      precision: time?.precision ?? "ms",
      level: given ? level : levelInText(message, 0),
      message,
      fields,
      raw,
      error: undefined,
    });
    const name = (key: string, value: string | undefined): void => {
      if (value !== undefined && value !== "" && value !== "-") fields[key] = value;
    };
    const process = (id: string | undefined): void => {
      if (id !== undefined && /^\d{1,15}$/.test(id)) fields.pid = Number(id);
      else name("pid", id);
    };

    if (given && VERSION_1.test(raw)) {
      at += 2;
      const header: string[] = [];
      for (let part = 0; part < 5; part++) {
        const end = raw.indexOf(" ", at);
        if (end <= at) return failed("RFC 5424: fewer than time, host, app, process and message id");
        header.push(raw.slice(at, end));
        at = end + 1;
      }
      const [stamp = "", host, app, id, message] = header;
      const time = stamp === "-" ? undefined : times.value(stamp, observed);
      if (stamp !== "-" && !time)
        return failed(`RFC 5424: the time does not parse: ${JSON.stringify(stamp.slice(0, 40))}`);
      name("hostname", host);
      name("app", app);
      process(id);
      name("msgid", message);
      const structured = readStructured(raw, at);
      if (typeof structured === "string") return failed(`RFC 5424: ${structured}`);
      if (structured.count > 0) fields.structured = structured.data;
      // The mark that the message is UTF-8 (section 6.4) is no part of it.
      const text = raw.slice(structured.end);
      return record(time, text.startsWith("\ufeff") ? text.slice(1) : text);
    }

    CLOCK.lastIndex = at;
    const clockAt = at + (given ? (CLOCK.exec(raw)?.[0].length ?? 0) : 0);
    const time = times.at(raw, clockAt, observed);
    if (!time)
      return given ? record(undefined, raw.slice(at)) : failed("begins with neither a priority nor a time");
    at = time.end;
    // Cisco puts a colon behind the time.
    if (raw[at] === ":") at++;
    while (raw[at] === " ") at++;
    TAG.lastIndex = at;
    let tag = TAG.exec(raw);
    HOST.lastIndex = at;
    const host = tag ? null : HOST.exec(raw);
    if (host) {
      if (!given && LEVEL.test(host[1] ?? "") && levelOf(host[1]) !== undefined)
        return failed(`a level stands where the host would: ${host[1]}`);
      name("hostname", host[1]);
      at = HOST.lastIndex;
      TAG.lastIndex = at;
      tag = TAG.exec(raw);
    }
    if (tag) {
      name("app", tag[1] ?? tag[3]);
      process(tag[2] ?? tag[4]);
      at = TAG.lastIndex;
    }
    return record(time, raw.slice(at));
  };
  return { name: "syslog", parse };
}
