import type { Fields, FieldValue } from "../model.ts";
import { type ByteWriter, marksOf, type Piece, pieceOf } from "./byte-writer.ts";

const QUOTE = 34;
const BRACE = 123;
const CLOSING = 125;
const COMMA = 44;
const NULL = pieceOf("null");
const TRUE = pieceOf("true");
const FALSE = pieceOf("false");
/** What JSON writes as an escape. */
const ESCAPED = marksOf(`"\\${String.fromCharCode(...Array(32).keys())}`);

/** Formats have few names, and meet them on every record. */
const NAME_LIMIT = 10_000;

/**
 * Writes a string as JSON. Most log text needs no escaping, which is told faster while it is written.
 * @returns whether it stands there as it is
 */
export function writeJsonText(text: string, to: ByteWriter): boolean {
  const from = to.at;
  to.byte(QUOTE);
  if (to.plain(text, ESCAPED)) {
    to.byte(QUOTE);
    return true;
  }
  to.at = from;
  to.text(JSON.stringify(text));
  return false;
}

/** Writes fields as JSON.stringify would, faster for flat ones. Keeps the names it met. */
export function createFieldsWriter(): (fields: Fields, to: ByteWriter) => void {
  const names = new Map<string, Piece>();
  const pieceFor = (name: string): Piece => {
    let piece = names.get(name);
    if (!piece) {
      if (names.size >= NAME_LIMIT) names.clear();
      piece = pieceOf(`${JSON.stringify(name)}:`);
      names.set(name, piece);
    }
    return piece;
  };
  return (fields, to) => {
    let before = BRACE;
    for (const name in fields) {
      const value = fields[name];
      if (value === undefined) continue;
      to.byte(before);
      before = COMMA;
      to.piece(pieceFor(name));
      writeValue(value, to);
    }
    if (before === BRACE) to.byte(BRACE);
    to.byte(CLOSING);
  };
}

function writeValue(value: FieldValue, to: ByteWriter): void {
  if (typeof value === "string") writeJsonText(value, to);
  else if (typeof value === "number" && Number.isFinite(value)) to.number(value);
  else if (typeof value === "boolean") to.piece(value ? TRUE : FALSE);
  else if (typeof value === "object" && value !== null) to.text(JSON.stringify(value));
  else to.piece(NULL);
}
