/** The lines of a block as a search goes through them: runs of whole lines. */
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

/** Strings up to here come from memory that is used again and again; longer ones are new memory each time. */
const PIECE = 64 << 10;
const BEYOND_ASCII = /[\x80-\xff]/;

/** Whether the bytes of a piece are its characters. */
export const isPlain = ({ text }: Piece): boolean => !BEYOND_ASCII.test(text);

/**
 * @param all the lines, one after the other
 * @param ends where each line ends
 * @param piece about so many bytes are a piece
 * @throws RangeError when they are not as long as the lines
 */
export function linesOf(all: Buffer, ends: Uint32Array, piece = PIECE): Lines {
  let bytes = all;
  const startOf = (line: number): number => (line === 0 ? 0 : (ends[line - 1] as number));
  if (bytes.length !== (ends.at(-1) ?? 0))
    throw new RangeError("the lines are not as long as they should be");
  let pieces: readonly Piece[] | undefined;
  /** All of them in one text, once that stays. */
  let whole: string | undefined;
  return {
    get pieces() {
      pieces ??= whole
        ? [{ text: whole, first: 0, end: ends.length, from: 0 }]
        : cut(bytes, ends, piece, startOf);
      return pieces;
    },
    line(at) {
      const [from, until] = [startOf(at), ends[at] as number];
      if (!whole) return bytes.toString("utf8", from, until);
      const line = whole.slice(from, until);
      return BEYOND_ASCII.test(line) ? Buffer.from(line, "latin1").toString("utf8") : line;
    },
    stay() {
      if (whole) return;
      whole = bytes.toString("latin1");
      pieces = undefined;
      bytes = NOTHING;
    },
  };
}

const NOTHING = Buffer.alloc(0);

function cut(bytes: Buffer, ends: Uint32Array, piece: number, startOf: (line: number) => number): Piece[] {
  const pieces: Piece[] = [];
  for (let first = 0; first < ends.length; ) {
    const from = startOf(first);
    let end = first + 1;
    while ((ends[end] as number) <= from + piece) end++;
    const until = ends[end - 1] as number;
    pieces.push({
      get text() {
        return bytes.toString("latin1", from, until);
      },
      first,
      end,
      from,
    });
    first = end;
  }
  return pieces;
}
