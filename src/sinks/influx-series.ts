import { type ByteWriter, marksOf, type Piece, pieceOf } from "../lib/byte-writer.ts";
import { fieldOf } from "../lib/record-field.ts";
import type { FieldValue, LogRecord } from "../model.ts";
import { escapeKey } from "./influx-escape.ts";
import { OTHER } from "./value-guard.ts";

/** Numbers below this are tags often enough (statuses) to keep their text ready. */
const SMALL = 1000;
/** What `escapeKey` changes. */
const SPECIAL = marksOf(", =\\\n\r\t");

/**
 * Writes what a point begins with, of a record: `head`, then the tags that the record has a value for.
 * @param tags names with the fields they are taken from; in the order of names, as InfluxDB likes them best
 * @param admits for a tag, whether a value may stand: OTHER does in its place
 */
export function createSeries(
  head: string,
  tags: readonly (readonly [name: string, from: string])[],
  admits?: (tag: string) => (value: string) => boolean,
): (record: LogRecord, to: ByteWriter) => void {
  const headPiece = pieceOf(head);
  const writers = tags.map(([name, from]) => ({ from, write: createTag(name, admits?.(name)) }));
  return (record, to) => {
    to.piece(headPiece);
    for (const { from, write } of writers) {
      const value = fieldOf(record, from);
      if (value !== undefined && value !== null && value !== "") write(value, to);
    }
  };
}

/**
 * One tag with the comma before it. Remembers the last value alone: to find a text among many costs more than
 * to look through it for what must be escaped.
 */
function createTag(
  name: string,
  admits?: (value: string) => boolean,
): (value: FieldValue, to: ByteWriter) => void {
  const other = pieceOf(`,${escapeKey(name)}=${OTHER}`);
  const head = pieceOf(`,${escapeKey(name)}=`);
  const numbers = Array.from({ length: SMALL }, (_, number) => pieceOf(`,${escapeKey(name)}=${number}`));
  let last: FieldValue | undefined;
  let lastPiece: Piece | undefined;
  return (value, to) => {
    const again = value === last;
    if (again && lastPiece) return to.piece(lastPiece);
    const known = typeof value === "number" ? numbers[value] : undefined;
    if (known) return to.piece(known);
    if (!again && admits && !admits(textOf(value))) return to.piece(other);
    const from = to.at;
    to.piece(head);
    const start = to.at;
    to.text(textOf(value));
    if (to.holds(SPECIAL, start)) {
      to.at = start;
      to.text(escapeKey(textOf(value)));
    }
    // Worth a copy when it comes twice in a row.
    lastPiece = again ? Buffer.from(to.bytes.subarray(from, to.at)) : undefined;
    last = value;
  };
}

function textOf(value: FieldValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
