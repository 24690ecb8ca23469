import type { FileHandle } from "node:fs/promises";
import { decoderOf, sniff } from "../../lib/encoding.ts";
import { lineEndsOf } from "../../lib/line-ends.ts";
import { lastLineEnd, readExactly, readHead } from "./identity.ts";

/** The time a line carries, in ms since the epoch; undefined of one that carries none. */
export type TimeOf = (line: string) => number | undefined;

/** Bytes of one look. */
const WINDOW = 64 * 1024;
/** As far behind a place (bytes) a line with a time is looked for: stack traces have none. */
const REACH = 16 * WINDOW;

interface Place {
  /** Offset of a line's first byte. */
  readonly start: number;
  /** Offset after its line end. */
  readonly next: number;
  readonly time: number | undefined;
}

/** Where to begin in files, and what is known of them. */
export interface Beginning {
  /** The start, the end, or the first line that is at most so many ms old. */
  readonly from: "start" | "end" | number;
  /** Of a file without a byte order mark. */
  readonly encoding: string;
}

/**
 * Where to begin in a file that was there before it was first looked at.
 * @param timesIn makes what reads the times of one file's lines; without it, or where lines carry no time, a file
 *   that was changed so recently is read whole, another one from its end
 */
export async function beginningOf(
  handle: FileHandle,
  { size, mtimeMs }: { readonly size: number; readonly mtimeMs: number },
  { from, encoding }: Beginning,
  timesIn: (() => TimeOf) | undefined,
): Promise<number> {
  if (from === "start") return 0;
  const end = await lastLineEnd(handle, size, encoding);
  if (from === "end") return end;
  const since = Date.now() - from;
  if (mtimeMs < since) return end;
  const known = sniff(await readHead(handle, end), encoding).encoding;
  return (timesIn && (await firstSince(handle, end, since, timesIn(), known))) ?? 0;
}

/**
 * The first line whose time is `since` (ms since the epoch) or later, by a binary search over the starts of
 * lines; `end` if there is none, undefined if no line that was looked at carries a time. Of times without order
 * it finds one place where an older line is followed by one that is not.
 * @param end offset after a line end: what lies behind it is not looked at
 * @param encoding a name of the Encoding Standard
 */
export async function firstSince(
  handle: FileHandle,
  end: number,
  since: number,
  timeOf: TimeOf,
  encoding: string,
): Promise<number | undefined> {
  const lines = createLines(handle, timeOf, encoding);
  /** Starts of lines: all before `low` are older, and `high` is none that is too old. */
  let low = 0;
  let high = end;
  /** What to answer if no line between them is young enough: lines without a time may stand between it and `high`. */
  let answer = end;
  let timed = false;
  while (high - low > WINDOW) {
    const middle = low + Math.floor((high - low) / 2);
    const to = Math.min(high, middle + REACH);
    const { first, found } = await probe(lines(middle, to));
    timed ||= found !== undefined;
    // A line that fills all of the range: what is left is read line by line.
    if (first === undefined) break;
    if (found === undefined) {
      if (to < high) answer = first;
      high = first;
    } else if (found.time >= since) {
      high = found.start;
      answer = high;
    } else low = found.next;
  }
  for await (const { start, time } of lines(low, high)) {
    timed ||= time !== undefined;
    if (time !== undefined && time >= since) return start;
  }
  return timed ? answer : undefined;
}

/** The first line that begins within a range, and the first of them that carries a time. */
async function probe(
  lines: AsyncIterable<Place>,
): Promise<{ first: number | undefined; found: (Place & { time: number }) | undefined }> {
  let first: number | undefined;
  let cut = true;
  for await (const place of lines) {
    // The place is in the middle of a line, or may be.
    if (cut) {
      cut = false;
      continue;
    }
    first ??= place.start;
    const { time } = place;
    if (time !== undefined) return { first, found: { ...place, time } };
  }
  return { first, found: undefined };
}

/** Reads the whole lines from one offset to another. The first may be a part of one. */
function createLines(
  handle: FileHandle,
  timeOf: TimeOf,
  encoding: string,
): (from: number, to: number) => AsyncGenerator<Place> {
  const ends = lineEndsOf(encoding);
  const decode = decoderOf(encoding);
  return async function* (from, to) {
    let start = from - (from % ends.unit);
    let held: Buffer = Buffer.alloc(0);
    for (let at = start; at < to; ) {
      const read = await readExactly(handle, at, Math.min(WINDOW, to - at));
      if (read.length === 0) return;
      at += read.length;
      const bytes = held.length > 0 ? Buffer.concat([held, read]) : read;
      let line = 0;
      for (let next = ends.next(bytes, 0); next > 0; next = ends.next(bytes, line)) {
        const text = decode(bytes.subarray(line, next)).replace(/^\uFEFF|\r?\n$/g, "");
        const end = start + next - line;
        yield { start, next: end, time: timeOf(text) };
        start = end;
        line = next;
      }
      held = bytes.subarray(line);
    }
  };
}
