import { isAscii } from "node:buffer";
import { decoderOf, keepsAscii } from "../lib/encoding.ts";
import { lineEndsOf } from "../lib/line-ends.ts";

/** Bytes turned into text at once, as long as they are all ASCII. */
const PIECE = 48 * 1024;
const CR = "\r";

/**
 * Goes over the lines of a run of bytes.
 * @param visit gets each without its end, and where its bytes begin and those of the next one do
 */
export type Walk = (bytes: Buffer, visit: (line: string, from: number, next: number) => void) => void;

/** @param encoding a name of the Encoding Standard */
export function createWalk(encoding: string): Walk {
  const ends = lineEndsOf(encoding);
  const decode = decoderOf(encoding);
  const ascii = keepsAscii(encoding);

  return (bytes, visit) => {
    let from = 0;
    const one = (): void => {
      const next = ends.next(bytes, from) || bytes.length;
      const line = decode(bytes.subarray(from, next));
      const end = line.endsWith("\n") ? line.length - 1 : line.length;
      visit(line.slice(0, end > 0 && line[end - 1] === CR ? end - 1 : end), from, next);
      from = next;
    };
    while (from < bytes.length) {
      const began = from;
      const reach = Math.min(bytes.length, from + PIECE);
      const piece = bytes.subarray(from, reach);
      if (ascii && isAscii(piece)) {
        const text = piece.toString("latin1");
        for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
          const at = from - began;
          const next = began + end + 1;
          visit(text.slice(at, at < end && text[end - 1] === CR ? end - 1 : end), from, next);
          from = next;
        }
        // What the piece does not hold to its end is taken by itself.
        if (from === began || (reach === bytes.length && from < reach)) one();
      } else while (from < reach) one();
    }
  };
}
