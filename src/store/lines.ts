import { isAscii } from "node:buffer";

/** The lines of a block. */
export interface Lines {
  /** One after the other, in UTF-8. */
  readonly bytes: Uint8Array;
  /** Where each of them ends there. */
  readonly ends: Uint32Array;
  /** A line as it was written. */
  line(at: number): string;
  /** All lines in runs of whole ones; undefined in place of a run that holds more than ASCII. */
  texts(): Iterable<string | undefined>;
}

/** Strings up to here come from memory that is used again and again; longer ones are new memory each time. */
const PIECE = 64 << 10;

/**
 * All but `bytes` throws a RangeError when they are not as long as the lines.
 * @param bytes the lines, one after the other
 * @param endsOf where each line ends, asked for when it matters
 * @param piece about so many bytes are a run
 */
export function linesOf(bytes: Buffer, endsOf: () => Uint32Array, piece = PIECE): Lines {
  let known: Uint32Array | undefined;
  const checked = (): Uint32Array => {
    const ends = endsOf();
    if (bytes.length !== (ends.at(-1) ?? 0))
      throw new RangeError("the lines are not as long as they should be");
    known = ends;
    return ends;
  };
  return {
    bytes,
    get ends() {
      return known ?? checked();
    },
    line(at) {
      const ends = known ?? checked();
      return bytes.toString("utf8", at === 0 ? 0 : (ends[at - 1] as number), ends[at] as number);
    },
    *texts() {
      const ends = known ?? checked();
      let from = 0;
      for (let next = 0; next < ends.length; ) {
        while ((ends[++next] as number) <= from + piece);
        const run = bytes.subarray(from, ends[next - 1]);
        yield isAscii(run) ? run.toString("latin1") : undefined;
        from += run.length;
      }
    },
  };
}
