import { isAscii } from "node:buffer";
import { reasonOf } from "../errors.ts";
import type { LogRecord, Origin } from "../model.ts";
import { type Parser, unparsed } from "../parsers/parser.ts";
import { MAX_LINE_BYTES } from "../sources/source.ts";

const LF = 10;
const CR = 13;
/** Bytes turned into text at once: more at a time costs twice as much, in fresh pages of memory. */
const PIECE = 48 * 1024;

/** Lines in a run of bytes; a last one without its end counts. */
export function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let from = 0; from < bytes.length; lines++) {
    const found = bytes.indexOf(LF, from);
    from = found < 0 ? bytes.length : found + 1;
  }
  return lines;
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
): LogRecord[] {
  const records = parseAll(bytes, start, parser, origin, observed);
  const last = records.at(-1);
  if (last && endsCut(bytes)) {
    records[records.length - 1] = { ...last, fields: { ...last.fields, truncated: true } };
  }
  return records;
}

function parseAll(
  bytes: Buffer,
  start: number,
  parser: Parser,
  origin: Origin,
  observed: number,
): LogRecord[] {
  try {
    return splitAndParse(bytes, start, parser, origin, observed);
  } catch {
    // A parser must not throw; one that does costs the line it throws on, not the file.
    return splitAndParse(bytes, start, guarded(parser), origin, observed);
  }
}

/** The last line is as long as a line may be and has no end: what the reader cuts looks like this, and nothing else. */
function endsCut(bytes: Buffer): boolean {
  return (
    bytes.length >= MAX_LINE_BYTES &&
    bytes[bytes.length - 1] !== LF &&
    bytes.length - 1 - bytes.lastIndexOf(LF) >= MAX_LINE_BYTES
  );
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
): LogRecord[] {
  const records: LogRecord[] = [];
  const first = start === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let from = first; from < bytes.length; ) {
    const end = pieceEnd(bytes, from);
    const piece = bytes.subarray(from, end);
    if (isAscii(piece)) parseAscii(piece, start + from, parser, origin, observed, records);
    else parseText(piece, start + from, parser, origin, observed, records);
    from = end;
  }
  return records;
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
): void {
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(LF, from);
    const next = found < 0 ? bytes.length : found + 1;
    let end = found < 0 ? bytes.length : found;
    if (end > from && bytes[end - 1] === CR) end--;
    records.push(parser.parse(bytes.toString("utf8", from, end), origin, start + from, observed));
    from = next;
  }
}
