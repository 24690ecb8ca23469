/** The last raw bytes that were read of a file. However much is kept, it is copied once. */
export interface Trail {
  /** Up to `count` bytes, of which the last has `behind` others behind it. */
  last(count: number, behind?: number): Buffer;
  /** Adds what was read next, and keeps at least the last `needed` bytes, if there are so many. */
  add(bytes: Buffer, needed: number): void;
  /** Lets go of all but about so many. */
  trim(needed: number): void;
}

/** @param first what was read before */
export function createTrail(first: Buffer): Trail {
  let pieces = [first];
  let length = first.length;

  const keep = (piece: Buffer): void => {
    pieces = [Buffer.from(piece)];
    length = piece.length;
  };

  const trim = (needed: number): void => {
    let drop = 0;
    for (const piece of pieces) {
      if (length - piece.length < needed) break;
      length -= piece.length;
      drop++;
    }
    if (drop > 0) pieces.splice(0, drop);
    const [only] = pieces;
    // A long piece would be held in memory for the little that is needed of it.
    if (only && pieces.length === 1 && length > 2 * needed) keep(only.subarray(length - needed));
  };

  return {
    last(count, behind = 0) {
      const taken: Buffer[] = [];
      let skip = behind;
      let missing = count;
      for (let at = pieces.length - 1; at >= 0 && missing > 0; at--) {
        const piece = pieces[at] as Buffer;
        const end = piece.length - skip;
        skip = Math.max(0, -end);
        if (end <= 0) continue;
        const part = piece.subarray(Math.max(0, end - missing), end);
        taken.unshift(part);
        missing -= part.length;
      }
      return taken.length === 1 ? (taken[0] as Buffer) : Buffer.concat(taken);
    },
    add(bytes, needed) {
      if (bytes.length >= needed) return keep(bytes.subarray(bytes.length - needed));
      pieces.push(Buffer.from(bytes));
      length += bytes.length;
      trim(needed);
    },
    trim,
  };
}
