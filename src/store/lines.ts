/**
 * The lines of a block as a search goes through them: runs of whole lines, about as long as the buffers they came in.
 */
export interface Lines {
  readonly pieces: readonly Piece[];
  /** A line as it was written. */
  line(at: number): string;
  /** Keeps all in one text for searches to come; until then texts are made anew when they are asked for. */
  stay(): void;
}

export interface Piece {
  /** The lines, one after the other, each character a byte of their UTF-8: there a word is found by its bytes. */
  readonly text: string;
  /** Places of its first line and of the one behind its last. */
  readonly first: number;
  readonly end: number;
  /** Where it begins among the lines of the block, in bytes. */
  readonly from: number;
}

interface Own extends Piece {
  readonly bytes: Buffer;
}

/** Strings up to here come from memory that is used again and again; longer ones are new memory each time. */
const PIECE = 64 << 10;
const BEYOND_ASCII = /[\x80-\xff]/;

/** Whether the bytes of a piece are its characters. */
export const isPlain = ({ text }: Piece): boolean => !BEYOND_ASCII.test(text);

/**
 * @param buffers the bytes of all lines, one after the other, cut anywhere
 * @param ends where each line ends
 * @throws RangeError when they are not as long as the lines
 */
export function linesOf(buffers: readonly Buffer[], ends: Uint32Array): Lines {
  const startOf = (line: number): number => (line === 0 ? 0 : (ends[line - 1] as number));
  if (buffers.reduce((sum, { length }) => sum + length, 0) !== (ends.at(-1) ?? 0))
    throw new RangeError("the lines are not as long as they should be");
  let pieces = cut(buffers, ends, startOf);
  /** All of them in one text, once that stays, and whether its bytes are its characters. */
  let whole: { readonly text: string; readonly plain: boolean } | undefined;
  let last: Own | undefined;
  return {
    get pieces() {
      return pieces;
    },
    line(at) {
      const [from, until] = [startOf(at), ends[at] as number];
      if (whole) {
        const line = whole.text.slice(from, until);
        return whole.plain ? line : Buffer.from(line, "latin1").toString("utf8");
      }
      if (!last || at < last.first || at >= last.end) last = pieceAt(pieces, at);
      return last?.bytes.toString("utf8", from - last.from, until - last.from) ?? "";
    },
    stay() {
      if (whole) return;
      const text = Buffer.concat(pieces.map(({ bytes }) => bytes)).toString("latin1");
      whole = { text, plain: !BEYOND_ASCII.test(text) };
      pieces = [{ text, first: 0, end: ends.length, from: 0, bytes: NOTHING }];
      last = undefined;
    },
  };
}

const NOTHING = Buffer.alloc(0);

function cut(buffers: readonly Buffer[], ends: Uint32Array, startOf: (line: number) => number): Own[] {
  const pieces: Own[] = [];
  let [left, begin] = [buffers, 0];
  for (let first = 0; first < ends.length; ) {
    const from = startOf(first);
    while (left.length > 1 && from >= begin + (left[0] as Buffer).length) {
      begin += (left[0] as Buffer).length;
      left = left.slice(1);
    }
    const [buffer = NOTHING] = left;
    const until = Math.min(begin + buffer.length, from + PIECE);
    let end = first;
    while ((ends[end] as number) <= until) end++;
    // Otherwise it is longer than a piece, or stands in several.
    const bytes =
      end > first
        ? buffer.subarray(from - begin, startOf(end) - begin)
        : across(left, from - begin, (ends[first] as number) - begin);
    end = Math.max(end, first + 1);
    pieces.push(pieceOf(bytes, first, end, from));
    first = end;
  }
  return pieces;
}

const pieceOf = (bytes: Buffer, first: number, end: number, from: number): Own => ({
  get text() {
    return bytes.toString("latin1");
  },
  first,
  end,
  from,
  bytes,
});

function across(buffers: readonly Buffer[], from: number, until: number): Buffer {
  const parts: Buffer[] = [];
  let begin = 0;
  for (const bytes of buffers) {
    if (begin >= until) break;
    parts.push(bytes.subarray(Math.max(0, from - begin), Math.min(bytes.length, until - begin)));
    begin += bytes.length;
  }
  const [only] = parts;
  return parts.length === 1 && only ? only : Buffer.concat(parts);
}

function pieceAt(pieces: readonly Own[], line: number): Own | undefined {
  let [low, high] = [0, pieces.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle] as Own).end <= line) low = middle + 1;
    else high = middle;
  }
  return pieces[low];
}
