const NEWLINE = 10;
const CR = 13;

/** A line that is longer than this is handed on in pieces, so that it can't fill the memory. */
export const MAX_LINE_BYTES = 1 << 20;

/**
 * So many NUL bytes at the head of a file are a hole: a writer that does not append went on at its old place
 * after the file was truncated. Fewer may be text in UTF-16.
 */
const HOLE = 4;

/** Complete lines cut from a run of bytes; what is left waits for its line end. */
export interface Cutter {
  /** File offset of the first byte that was not handed out yet. */
  readonly offset: number;
  /** File offset after the last byte that was pushed. */
  readonly position: number;
  /** Bytes held back. */
  readonly held: number;
  /**
   * Takes the bytes at `position`, leaves out a hole at the head of the file, and returns a copy of all complete lines, if there are any.
   * A line end that belongs to a line flushed before is swallowed: `start` tells where the lines begin.
   */
  push(bytes: Uint8Array): { start: number; bytes: Buffer } | undefined;
  /** Hands out what is held back although its line end has not come. */
  flush(): { start: number; bytes: Buffer } | undefined;
}

/**
 * @param offset where reading begins
 * @param openLine the byte before `offset` is not a line end: the line was flushed, its end may still come
 */
export function createCutter(offset: number, openLine: boolean): Cutter {
  let start = offset;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let open = openLine;
  /** There was nothing but NUL so far, from the first byte of the file on. */
  let leading = offset === 0;

  const take = (last?: Uint8Array): { start: number; bytes: Buffer } => {
    const bytes = Buffer.concat(last ? [...held, last] : held);
    held = [];
    heldBytes = 0;
    const result = { start, bytes };
    start += bytes.length;
    open = bytes[bytes.length - 1] !== NEWLINE;
    return result;
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
      let rest = bytes;
      if (leading) {
        const text = rest.findIndex((byte) => byte !== 0);
        const run = text < 0 ? rest.length : text;
        if (start > 0 || heldBytes + run >= HOLE) {
          start += heldBytes + run;
          held = [];
          heldBytes = 0;
          rest = rest.subarray(run);
        }
        leading = text < 0;
      }
      if (open && rest.length > 0) {
        // CRLF may come in two reads: a CR alone is held back until it is clear whether it belongs to that end.
        const cr = heldBytes === 1 && held[0]?.[0] === CR;
        const end = rest[0] === NEWLINE ? 1 : !cr && rest[0] === CR && rest[1] === NEWLINE ? 2 : 0;
        if (end > 0) {
          start += heldBytes + end;
          held = [];
          heldBytes = 0;
          rest = rest.subarray(end);
        }
        open = end === 0 && !cr && rest.length === 1 && rest[0] === CR;
      }
      const last = rest.lastIndexOf(NEWLINE);
      const complete = last < 0 ? undefined : take(rest.subarray(0, last + 1));
      const tail = rest.subarray(last + 1);
      if (tail.length > 0) {
        held.push(Buffer.from(tail));
        heldBytes += tail.length;
      }
      if (heldBytes < MAX_LINE_BYTES) return complete;
      if (!complete) return take();
      const piece = take();
      return { start: complete.start, bytes: Buffer.concat([complete.bytes, piece.bytes]) };
    },
    flush: () => {
      leading = false;
      return heldBytes > 0 ? take() : undefined;
    },
  };
}
