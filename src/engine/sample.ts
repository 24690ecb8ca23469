import { open } from "node:fs/promises";
import { UserError } from "../errors.ts";
import { type Bytes, canUnpack, openBytes } from "../lib/bytes.ts";
import { MARK_BYTES, sniff, UTF8 } from "../lib/encoding.ts";
import { lineEndsOf } from "../lib/line-ends.ts";
import { isPacked, packedText } from "../sources/index.ts";

/** So much (bytes) of a file's end is read first, and at most, for its last lines. */
const FIRST = 1 << 16;
const MOST = 4 << 20;

/** The last whole lines of a file. */
export interface Sample {
  readonly bytes: Buffer;
  /** Offsets of the lines in the file, unpacked where it is packed. */
  readonly starts: readonly number[];
  /** A name of the Encoding Standard. */
  readonly encoding: string;
  /** They are all that the file holds. */
  readonly whole: boolean;
}

/**
 * Reads the last lines of a file, also of one that is packed. A last line that lacks its end is still being written,
 * but for one of a packed file or the only one.
 * @param count so many lines at most
 * @param encoding of files without a byte order mark
 * @throws UserError for what is no text, or has no line to look at; what the file system throws
 */
export async function readSample(file: string, count: number, encoding = UTF8): Promise<Sample> {
  const bytes = await openBytes(file);
  try {
    if (!bytes.packed) await refusePacked(file);
    const head = sniff(await bytes.read(0, MARK_BYTES), encoding);
    const ends = lineEndsOf(head.encoding);
    for (let reach = FIRST; ; reach *= 4) {
      const tail = await tailOf(bytes, Math.min(reach, MOST), head.mark, ends.unit);
      const starts = tail.whole ? [0] : [];
      for (let next = ends.next(tail.bytes, 0); next > 0; next = ends.next(tail.bytes, next))
        starts.push(next);
      // The last of them begins what has no end yet, or nothing.
      const rest = starts.pop() ?? 0;
      const closed = bytes.packed || starts.length === 0;
      const end = closed ? tail.bytes.length : rest;
      if (closed && rest < tail.bytes.length && (tail.whole || starts.length > 0)) starts.push(rest);
      if (starts.length < count && !tail.whole && reach < MOST) continue;
      const chosen = starts.slice(-count);
      const [from] = chosen;
      if (from === undefined) throw new UserError(`${file} has no line to look at yet`);
      return {
        bytes: tail.bytes.subarray(from, end),
        starts: chosen.map((start) => tail.start + start),
        encoding: head.encoding,
        whole: tail.whole && chosen.length === starts.length,
      };
    }
  } finally {
    await bytes.close();
  }
}

interface Tail {
  readonly bytes: Buffer;
  /** Its offset. */
  readonly start: number;
  /** Nothing but a byte order mark is before it. */
  readonly whole: boolean;
}

async function tailOf(bytes: Bytes, reach: number, mark: number, unit: number): Promise<Tail> {
  const size = await bytes.size();
  if (size !== undefined) {
    const start = begin(size, reach, mark, unit);
    return { bytes: await bytes.read(start, size - start), start, whole: start === mark };
  }
  // Of what is packed only the end is kept while it goes by.
  let kept: Buffer[] = [];
  let held = 0;
  let total = 0;
  for await (const chunk of bytes.chunks(0, Number.POSITIVE_INFINITY)) {
    kept.push(chunk);
    held += chunk.length;
    total += chunk.length;
    while (kept[0] && held - kept[0].length >= reach + unit) held -= kept.shift()?.length ?? 0;
  }
  const start = begin(total, reach, mark, unit);
  const all = Buffer.concat(kept);
  kept = [];
  return { bytes: all.subarray(start - (total - held)), start, whole: start === mark };
}

/** Where the last bytes begin, at a whole unit behind the byte order mark. */
function begin(size: number, reach: number, mark: number, unit: number): number {
  const from = Math.max(Math.min(mark, size), size - reach);
  return from + ((from - mark) % unit);
}

async function refusePacked(file: string): Promise<void> {
  if (canUnpack(file)) return;
  const handle = await open(file, "r");
  try {
    if (await isPacked(file, handle)) throw new UserError(packedText(file));
  } finally {
    await handle.close();
  }
}
