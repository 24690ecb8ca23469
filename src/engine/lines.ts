import { isAscii } from "node:buffer";
import { reasonOf } from "../errors.ts";
import type { LogRecord, Origin } from "../model.ts";
import { type Parser, unparsed } from "../parsers/parser.ts";

const CR = 13;

/** Lines in a run of bytes; a last one without its end counts. */
export function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let from = 0; from < bytes.length; lines++) {
    const found = bytes.indexOf(10, from);
    from = found < 0 ? bytes.length : found + 1;
  }
  return lines;
}

/**
 * Splits a run of whole lines and parses each. Bytes that are all ASCII become one string at once, in which
 * an index is a byte offset; others are decoded line by line, so that offsets stay those of the file.
 * @param start offset of the first byte in its generation
 */
export function parseLines(
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
  if (isAscii(bytes)) {
    const text = bytes.toString("latin1");
    for (let from = 0; from < text.length; ) {
      const found = text.indexOf("\n", from);
      const next = found < 0 ? text.length : found + 1;
      let end = found < 0 ? text.length : found;
      if (end > from && text.charCodeAt(end - 1) === CR) end--;
      records.push(parser.parse(text.slice(from, end), origin, start + from, observed));
      from = next;
    }
    return records;
  }
  let from = start === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (from < bytes.length) {
    const found = bytes.indexOf(10, from);
    const next = found < 0 ? bytes.length : found + 1;
    let end = found < 0 ? bytes.length : found;
    if (end > from && bytes[end - 1] === CR) end--;
    records.push(parser.parse(bytes.toString("utf8", from, end), origin, start + from, observed));
    from = next;
  }
  return records;
}
