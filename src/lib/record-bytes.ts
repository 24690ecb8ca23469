import { lineEndsOf } from "./line-ends.ts";
import { standing } from "./line-number.ts";

/** So far the end of a record is looked for. */
const FARTHEST = 64 << 20;

/** A record's bytes, its line ends with them. */
export interface RecordBytes {
  /** The first of them. */
  readonly bytes: Buffer;
  readonly total: number;
  /** Where they stand; undefined: nowhere any more, so they are the text's, in UTF-8. */
  readonly file: string | undefined;
}

/**
 * What stands in the file of a record, wherever that is by now (see `standing`).
 * @param most so many bytes are wanted at most
 */
export async function recordBytes(
  file: string,
  offset: number,
  raw: string,
  most: number,
): Promise<RecordBytes> {
  const found = await standing(file, offset, raw).catch(() => undefined);
  if (!found) {
    const text = Buffer.from(raw);
    return { bytes: text.subarray(0, most), total: text.length, file: undefined };
  }
  const { bytes, encoding } = found;
  const ends = lineEndsOf(encoding);
  const pieces: Buffer[] = [];
  let [kept, total] = [0, 0];
  let left = raw.split("\n").length;
  try {
    for await (const chunk of bytes.chunks(offset, offset + FARTHEST)) {
      let end = 0;
      for (let next = ends.next(chunk, 0); next > 0 && left > 0; next = ends.next(chunk, next)) {
        end = next;
        left--;
      }
      const own = chunk.subarray(0, left === 0 ? end : chunk.length);
      const wanted = own.subarray(0, most - kept);
      pieces.push(wanted);
      kept += wanted.length;
      total += own.length;
      if (left === 0) break;
    }
  } finally {
    await bytes.close();
  }
  return { bytes: Buffer.concat(pieces), total, file: bytes.path };
}
