import { isAscii } from "node:buffer";

/** The lines of a block. */
export interface Lines {
  /** One after the other, in UTF-8. */
  readonly bytes: Uint8Array;
  /** A line as it was written. */
  line(at: number): string;
  /** All lines in runs of whole ones; undefined in place of a run that holds more than ASCII. */
  texts(): Iterable<string | undefined>;
}

/** Strings up to here come from memory that is used again and again; longer ones are new memory each time. */
const PIECE = 64 << 10;

/**
 * @param bytes the lines, one after the other
 * @param ends where each line ends
 * @param piece about so many bytes are a run
 * @throws RangeError when they are not as long as the lines
 */
export function linesOf(bytes: Buffer, ends: Uint32Array, piece = PIECE): Lines {
  if (bytes.length !== (ends.at(-1) ?? 0))
    throw new RangeError("the lines are not as long as they should be");
  return {
    bytes,
    line: (at) => bytes.toString("utf8", at === 0 ? 0 : (ends[at - 1] as number), ends[at] as number),
    *texts() {
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
