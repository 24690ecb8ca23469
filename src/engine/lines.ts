import { isAscii } from "node:buffer";
import { reasonOf } from "../errors.ts";
import { decoderOf, keepsAscii, UTF8 } from "../lib/encoding.ts";
import { unescapeMessage } from "../lib/escaped.ts";
import { lineEndsOf } from "../lib/line-ends.ts";
import type { LogRecord, Origin } from "../model.ts";
import { type Parser, unparsed } from "../parsers/parser.ts";
import type { Framing } from "../sources/source.ts";
import { cutShort, type Gathering, parseGroups } from "./groups.ts";
import { parseMessages } from "./messages.ts";

const LF = 10;
const CR = 13;
/** Bytes turned into text at once: more at a time costs twice as much, in fresh pages of memory. */
const PIECE = 48 * 1024;

/** Lines in a run of bytes; a last one without its end counts. @param encoding a name of the Encoding Standard */
export function countLines(bytes: Buffer, encoding = UTF8): number {
  const ends = lineEndsOf(encoding);
  let lines = 0;
  for (let from = 0; from < bytes.length; lines++) from = ends.next(bytes, from) || bytes.length;
  return lines;
}

/** How bytes become records. */
export interface Shape extends Framing {
  /** Of messages: the parser reads all lines of one at once. */
  readonly whole?: boolean | undefined;
  /** How lines are put together; absent: each is a record. */
  readonly grouping?: Gathering | undefined;
}

/**
 * Splits a run of whole lines and parses each. Pieces that are all ASCII become one string each, in which an
 * index is a byte offset; others are decoded line by line, so that offsets stay those of the file.
 * @param start offset of the first byte in its generation
 */
export function parseLines(
  bytes: Buffer,
  start: number,
  parser: Parser,
  origin: Origin,
  observed: number,
  { encoding = UTF8, cut = false, escaped = false, messages = false, whole = false, grouping }: Shape = {},
): LogRecord[] {
  if (messages)
    return guardedParse(parser, (own) => parseMessages(bytes, start, own, whole, origin, observed));
  const reader = escaped ? unescaping(parser) : parser;
  const records = parseAll(bytes, start, reader, origin, observed, encoding, grouping);
  const last = cut ? records.at(-1) : undefined;
  if (last) records[records.length - 1] = cutShort(last);
  return records;
}

function parseAll(
  bytes: Buffer,
  start: number,
  parser: Parser,
  origin: Origin,
  observed: number,
  encoding: string,
  grouping: Gathering | undefined,
): LogRecord[] {
  return guardedParse(parser, (own) =>
    grouping
      ? parseGroups(bytes, start, own, grouping, origin, observed, encoding)
      : splitAndParse(bytes, start, own, origin, observed, encoding),
  );
}

function guardedParse(parser: Parser, parse: (own: Parser) => LogRecord[]): LogRecord[] {
  try {
    return parse(parser);
  } catch {
    // A parser must not throw; one that does costs the line it throws on, not the file.
    return parse(guarded(parser));
  }
}

/** Reads messages as they came, line ends included. */
function unescaping(parser: Parser): Parser {
  return {
    name: parser.name,
    parse: (raw, origin, offset, observed) => parser.parse(unescapeMessage(raw), origin, offset, observed),
  };
}

function guarded(parser: Parser): Parser {
  return {
    name: parser.name,
    parse(raw, origin, offset, observed) {
      try {
        return parser.parse(raw, origin, offset, observed);
      } catch (error) {
        return unparsed(raw, origin, offset, observed, `the parser failed: ${reasonOf(error)}`);
      }
    },
  };
}

function splitAndParse(
  bytes: Buffer,
  start: number,
  parser: Parser,
  origin: Origin,
  observed: number,
  encoding: string,
): LogRecord[] {
  if (lineEndsOf(encoding).unit === 2) return parseWide(bytes, start, parser, origin, observed, encoding);
  const records: LogRecord[] = [];
  const ascii = keepsAscii(encoding);
  const decode = encoding === UTF8 ? utf8 : decoderOf(encoding);
  const marked = encoding === UTF8 && start === 0;
  const first = marked && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let from = first; from < bytes.length; ) {
    const end = pieceEnd(bytes, from);
    const piece = bytes.subarray(from, end);
    if (ascii && isAscii(piece)) parseAscii(piece, start + from, parser, origin, observed, records);
    else parseText(piece, start + from, parser, origin, observed, records, decode);
    from = end;
  }
  return records;
}

function utf8(bytes: Buffer): string {
  return bytes.toString("utf8");
}

/** The end of the last whole line within `PIECE` bytes, or of the first one when it is longer. */
function pieceEnd(bytes: Buffer, from: number): number {
  if (bytes.length - from <= PIECE) return bytes.length;
  const last = bytes.lastIndexOf(LF, from + PIECE - 1);
  if (last >= from) return last + 1;
  const next = bytes.indexOf(LF, from + PIECE);
  return next < 0 ? bytes.length : next + 1;
}

function parseAscii(
  bytes: Buffer,
  start: number,
  parser: Parser,
  origin: Origin,
  observed: number,
  records: LogRecord[],
): void {
  const text = bytes.toString("latin1");
  const run = { text, bytes };
  const quickEnd = parser.quick && bytes[bytes.length - 1] === LF ? bytes.length : 0;
  for (let from = 0; from < text.length; ) {
    const record = from < quickEnd ? parser.quick?.(run, from, origin, start + from) : undefined;
    if (record) {
      records.push(record);
      from += record.raw.length + 1;
      if (bytes[from - 1] === CR) from++;
      continue;
    }
    const found = text.indexOf("\n", from);
    const next = found < 0 ? text.length : found + 1;
    let end = found < 0 ? text.length : found;
    if (end > from && bytes[end - 1] === CR) end--;
    records.push(parser.parse(text.slice(from, end), origin, start + from, observed));
    from = next;
  }
}

function parseText(
  bytes: Buffer,
  start: number,
  parser: Parser,
  origin: Origin,
  observed: number,
  records: LogRecord[],
  decode: (bytes: Buffer) => string,
): void {
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(LF, from);
    const next = found < 0 ? bytes.length : found + 1;
    let end = found < 0 ? bytes.length : found;
    if (end > from && bytes[end - 1] === CR) end--;
    records.push(parser.parse(decode(bytes.subarray(from, end)), origin, start + from, observed));
    from = next;
  }
}

/** UTF-16: each two bytes are one character of the string, also where they are invalid. */
function parseWide(
  bytes: Buffer,
  start: number,
  parser: Parser,
  origin: Origin,
  observed: number,
  encoding: string,
): LogRecord[] {
  const records: LogRecord[] = [];
  const text = decoderOf(encoding)(bytes);
  for (let from = 0; from < text.length; ) {
    const found = text.indexOf("\n", from);
    const next = found < 0 ? text.length : found + 1;
    let end = found < 0 ? text.length : found;
    if (end > from && text.charCodeAt(end - 1) === CR) end--;
    records.push(parser.parse(text.slice(from, end), origin, start + 2 * from, observed));
    from = next;
  }
  return records;
}
