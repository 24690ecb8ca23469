import { isAscii } from "node:buffer";
import type { LogRecord, Origin } from "../model.ts";
import type { Parser } from "../parsers/parser.ts";

const CR = 13;

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
