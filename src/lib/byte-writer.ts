const ASCII_END = 128;
const ZERO = 48;
const DOT = 46;
const INT_MAX = 2 ** 31 - 1;
const POWERS = Array.from({ length: 17 }, (_, power) => 10 ** power);
/** Texts up to this length (UTF-16 units) are written unit by unit. */
const SHORT = 16;

/** Text as the bytes that a writer copies fastest: made once, written often. */
export type Piece = Uint8Array;

export function pieceOf(text: string): Piece {
  return Buffer.from(text, "utf8");
}

/**
 * Writes UTF-8 into memory that it keeps from one use to the next. For text made of many small parts this is
 * several times faster than joining strings, which costs an object a part and a second pass over all.
 */
export class ByteWriter {
  /** What was written: up to `at`. */
  bytes: Buffer = Buffer.allocUnsafeSlow(64 * 1024);
  /** Where the next byte goes; set it back to forget what was written after. */
  at = 0;

  /** Makes room for `count` bytes from `at` on. */
  reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.at + count));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.at++] = value;
  }

  piece(piece: Piece): void {
    const { length } = piece;
    this.reserve(length);
    const { bytes, at } = this;
    if (length <= SHORT) for (let i = 0; i < length; i++) bytes[at + i] = piece[i] as number;
    else bytes.set(piece, at);
    this.at = at + length;
  }

  text(text: string): void {
    const { length } = text;
    // A UTF-16 unit takes three bytes at most.
    this.reserve(length * 3);
    const { bytes } = this;
    let { at } = this;
    if (length <= SHORT) {
      // The way into native code costs more than a short text.
      for (let i = 0; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit >= ASCII_END) {
          at = this.at + bytes.write(text, this.at, "utf8");
          break;
        }
        bytes[at++] = unit;
      }
      this.at = at;
    } else this.at = at + bytes.write(text, at, "utf8");
  }

  /** Writes a text if it is all ASCII and holds none of those that the table marks; else false, and nothing. */
  plain(text: string, marked: Uint8Array): boolean {
    const { length } = text;
    const from = this.at;
    if (length <= SHORT) {
      this.reserve(length);
      const { bytes } = this;
      for (let i = 0; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit >= ASCII_END || marked[unit] === 1) return false;
        bytes[from + i] = unit;
      }
      this.at = from + length;
      return true;
    }
    this.text(text);
    if (this.at - from === length && !this.holds(marked, from)) return true;
    this.at = from;
    return false;
  }

  /** A whole number from 0 to 2^53 in decimal, with zeros before it up to `width` digits. */
  whole(value: number, width = 1): void {
    this.reserve(20);
    const { bytes } = this;
    let digits = width;
    for (let limit = POWERS[width] as number; value >= limit; limit *= 10) digits++;
    let at = this.at + digits - 1;
    let rest = value;
    for (; rest > INT_MAX; at--) {
      const tens = Math.floor(rest / 10);
      bytes[at] = rest - tens * 10 + ZERO;
      rest = tens;
    }
    for (let small = rest | 0; at >= this.at; at--) {
      const tens = (small / 10) | 0;
      bytes[at] = ZERO + small - tens * 10;
      small = tens;
    }
    this.at += digits;
  }

  /** A finite number as `String` writes it. */
  number(value: number): void {
    const thousandths = Math.round(value * 1000);
    // What is a whole number of thousandths has no shorter decimal; -0 is left to `String`.
    if (thousandths > 0 && thousandths <= INT_MAX && thousandths / 1000 === value) {
      const whole = (thousandths / 1000) | 0;
      const rest = thousandths - whole * 1000;
      this.whole(whole);
      if (rest === 0) return;
      this.byte(DOT);
      if (rest % 100 === 0) this.whole(rest / 100);
      else if (rest % 10 === 0) this.whole(rest / 10, 2);
      else this.whole(rest, 3);
    } else this.text(String(value));
  }

  /** Whether a byte since `from` is one of those that the table marks; bytes of other than ASCII never are. */
  holds(marked: Uint8Array, from: number): boolean {
    const { bytes, at } = this;
    for (let i = from; i < at; i++) {
      const byte = bytes[i] as number;
      if (byte < ASCII_END && marked[byte] === 1) return true;
    }
    return false;
  }
}

/** A table for `holds`. */
export function marksOf(characters: string): Uint8Array {
  const marks = new Uint8Array(ASCII_END);
  for (const character of characters) marks[character.charCodeAt(0)] = 1;
  return marks;
}
