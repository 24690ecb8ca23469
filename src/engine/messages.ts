import { readMessages } from "../lib/messages.ts";
import type { Fields, LogRecord, Origin } from "../model.ts";
import type { Parser } from "../parsers/parser.ts";
import { parseGroup } from "./groups.ts";

/** Ends with the year 9999: of what lies beyond, most servers take no time, and some of it is none to JavaScript. */
const END_OF_TIMES = 253_402_300_800_000;
const LF = 10;
const CR = 13;

/**
 * Parses messages of a topic, each to one record, whose offset is that of the message. One whose text tells no time
 * is of the time that the topic says, which is the same wherever and whenever it is read. A topic that keeps what its
 * producers say may say anything, such as nanoseconds for milliseconds: what can't be is passed over.
 * @param start offset of the first byte in its generation; parsers are told it, so that places rise
 * @param whole the parser reads all lines of a message first; else it tries the first one before
 * @throws when the bytes are no messages
 */
export function parseMessages(
  bytes: Buffer,
  start: number,
  parser: Parser,
  whole: boolean,
  origin: Origin,
  observed: number,
): LogRecord[] {
  const records: LogRecord[] = [];
  readMessages(bytes, ({ offset, time, id, fields, value }, from, to) => {
    const raw = textOf(value);
    const seen = time > 0 && time < END_OF_TIMES ? time : observed;
    const record = raw.includes("\n")
      ? parseGroup(raw.split(/\r?\n/), parser, whole, origin, start + from, seen)
      : parser.parse(raw, origin, start + from, seen);
    records.push({
      ...record,
      raw,
      offset,
      size: to - from,
      ...(id !== undefined && { id }),
      ...(fields !== undefined && { fields: withOwn(record.fields, fields) }),
    });
  });
  return records;
}

/** Without the line end that some producers leave. */
function textOf(value: Buffer): string {
  let end = value.length;
  if (end > 0 && value[end - 1] === LF) end--;
  if (end > 0 && end < value.length && value[end - 1] === CR) end--;
  return value.toString("utf8", 0, end);
}

/** What the text itself says comes first. */
function withOwn(fields: Fields, own: string): Fields {
  return "kafka" in fields ? fields : { ...fields, kafka: JSON.parse(own) as Fields };
}
