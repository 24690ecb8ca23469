import { MAX_LINE_BYTES } from "../source.ts";

export const NEWLINE = 10;
const CR = 13;

/**
 * So many NUL bytes at the head of a file are a hole: a writer that does not append went on at its old place
 * after the file was truncated. Fewer may be text in UTF-16.
 */
const HOLE = 4;

/** Lines that follow one another without a gap. */
export interface Lines {
  /** File offset of their first byte. */
  readonly start: number;
  readonly bytes: Buffer;
  /** The last of them was longer than the limit: it ends where it was cut, and its rest is skipped. */
  readonly cut: boolean;
}

/**
 * What came before an offset: a line end or nothing ("line"), a line that was flushed without its end, which may
 * still come ("open"), or one that was cut, the rest of which may still come ("cut").
 */
export type Before = "line" | "open" | "cut";

/** Complete lines cut from a run of bytes; what is left waits for its line end. */
export interface Cutter {
  /** File offset of the first byte that was neither handed out nor skipped yet. */
  readonly offset: number;
  /** File offset after the last byte that was pushed. */
  readonly position: number;
  /** Bytes held back. */
  readonly held: number;
  /**
   * Takes the bytes at `position`, leaves out a hole at the head of the file, and returns copies of all complete
   * lines; a new run begins behind each line that was cut. How the bytes are cut into calls makes no difference.
   * A line end that belongs to a line flushed before is swallowed: `start` tells where the lines begin.
   */
  push(bytes: Uint8Array): Lines[];
  /** Hands out what is held back although its line end has not come. */
  flush(): Lines | undefined;
}

/**
 * @param offset where reading begins
 * @param limit bytes of a line, without its end, beyond which it is cut
 */
export function createCutter(offset: number, before: Before, limit = MAX_LINE_BYTES): Cutter {
  let start = offset;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let open = before === "open";
  let skipping = before === "cut";
  /** There was nothing but NUL so far, from the first byte of the file on. */
  let leading = offset === 0;

  const drop = (): void => {
    start += heldBytes;
    held = [];
    heldBytes = 0;
  };

  const take = (last: Uint8Array, cut: boolean): Lines => {
    const lines = { start, bytes: Buffer.concat([...held, last]), cut };
    drop();
    start += last.length;
    open = lines.bytes[lines.bytes.length - 1] !== NEWLINE;
    return lines;
  };

  const skipHole = (bytes: Uint8Array): Uint8Array => {
    const text = bytes.findIndex((byte) => byte !== 0);
    const run = text < 0 ? bytes.length : text;
    leading = text < 0;
    if (start === 0 && heldBytes + run < HOLE) return bytes;
    drop();
    start += run;
    return bytes.subarray(run);
  };

  const swallowEnd = (bytes: Uint8Array): Uint8Array => {
    // CRLF may come in two reads: a CR alone is held back until it is clear whether it belongs to that end.
    const cr = heldBytes === 1 && held[0]?.[0] === CR;
    const end = bytes[0] === NEWLINE ? 1 : !cr && bytes[0] === CR && bytes[1] === NEWLINE ? 2 : 0;
    open = end === 0 && !cr && bytes.length === 1 && bytes[0] === CR;
    if (end === 0) return bytes;
    drop();
    start += end;
    return bytes.subarray(end);
  };

  const skipLine = (bytes: Uint8Array): Uint8Array => {
    const end = bytes.indexOf(NEWLINE);
    const skipped = end < 0 ? bytes.length : end + 1;
    start += skipped;
    skipping = end < 0;
    open = false;
    return bytes.subarray(skipped);
  };

  /** Where in the bytes the first line that is too long is to be cut. */
  const tooLong = (bytes: Uint8Array): number | undefined => {
    if (heldBytes + bytes.length <= limit) return undefined;
    for (let from = -heldBytes; ; ) {
      const end = bytes.indexOf(NEWLINE, Math.max(0, from));
      if ((end < 0 ? bytes.length : end) - from > limit) return from + limit;
      if (end < 0) return undefined;
      from = end + 1;
    }
  };

  return {
    get offset() {
      return start;
    },
    get position() {
      return start + heldBytes;
    },
    get held() {
      return heldBytes;
    },
    push(bytes) {
      const parts: Lines[] = [];
      let rest = bytes;
      if (leading) rest = skipHole(rest);
      if (skipping) rest = skipLine(rest);
      if (open && rest.length > 0) rest = swallowEnd(rest);
      for (let at = tooLong(rest); at !== undefined; at = tooLong(rest)) {
        parts.push(take(rest.subarray(0, at), true));
        rest = skipLine(rest.subarray(at));
      }
      const last = rest.lastIndexOf(NEWLINE);
      if (last >= 0) parts.push(take(rest.subarray(0, last + 1), false));
      const tail = rest.subarray(last + 1);
      if (tail.length > 0) {
        held.push(Buffer.from(tail));
        heldBytes += tail.length;
      }
      return parts;
    },
    flush() {
      leading = false;
      if (heldBytes === 0) return undefined;
      // As long as one that is cut, it looks like one: what comes of it later must be skipped as well.
      skipping = heldBytes === limit;
      return take(new Uint8Array(0), skipping);
    },
  };
}
