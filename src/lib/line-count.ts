import type { Bytes } from "./bytes.ts";
import type { LineEnds } from "./line-ends.ts";

const LF = 10;
const CR = 13;

/** Lines that an editor sees up to an offset: to it a CR alone ends one too, as programs write that show progress. */
export async function countEditorEnds(bytes: Bytes, to: number, ends: LineEnds): Promise<number> {
  let bare = 0;
  let isOpen = false;
  const lines = await countEnds(bytes, 0, to, ends, (_at, _count, chunk) => {
    if (!isOpen && !chunk.includes(CR)) return;
    for (let at = 0; at < chunk.length; at += ends.unit) {
      const unit = ends.at(chunk, at);
      if (isOpen && unit !== LF) bare++;
      isOpen = unit === CR;
    }
  });
  return lines + bare + (isOpen ? 1 : 0);
}

/**
 * Line ends from one offset up to another, both at whole units.
 * @param seen told now and then how many there are up to where, and of what stands before that
 */
export async function countEnds(
  bytes: Bytes,
  from: number,
  to: number,
  ends: LineEnds,
  seen: (offset: number, count: number, before: Buffer) => void = () => {},
): Promise<number> {
  let count = 0;
  let at = from;
  let half: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes.chunks(from, to)) {
    const whole = half.length > 0 ? Buffer.concat([half, chunk]) : chunk;
    // A unit of two bytes may be cut between chunks.
    const usable = whole.subarray(0, whole.length - (whole.length % ends.unit));
    for (let next = ends.next(usable, 0); next > 0; next = ends.next(usable, next)) count++;
    half = whole.subarray(usable.length);
    at += usable.length;
    seen(at, count, usable);
  }
  return count;
}
