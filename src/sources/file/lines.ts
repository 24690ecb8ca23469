import { MARK_BYTES, sniff, UTF8, wholeCharacters } from "../../lib/encoding.ts";
import { lineEndsOf } from "../../lib/line-ends.ts";
import { MAX_LINE_BYTES } from "../source.ts";

const NEWLINE = 10;
const CR = 13;

/**
 * So many NUL bytes at the head of a file are a hole: a writer that does not append went on at its old place
 * after the file was truncated. Fewer may be text in UTF-16.
 */
const HOLE = 4;

/** Lines that follow one another without a gap. */
export interface Lines {
  /** File offset of their first byte. */
  readonly start: number;
  readonly bytes: Buffer;
  /** The last of them was longer than the limit: it ends where it was cut, and its rest is skipped. */
  readonly cut: boolean;
  /** Bytes that were skipped on purpose between the lines handed out before and these. */
  readonly skipped: number;
  /** Where lines are put together: how many groups they are, and how many of those ended at a limit. */
  readonly groups?: number;
  readonly cutGroups?: number;
  /** Where lines are put together: these are not, as the expression was stopped. */
  readonly apart?: boolean;
}

/**
 * What came before an offset: a line end or nothing ("line"), a line that was flushed without its end, which may
 * still come ("open"), or one that was cut, the rest of which may still come ("cut").
 */
export type Before = "line" | "open" | "cut";

/** What an offset comes after. @param bytes those just before it */
export function beforeOf(bytes: Uint8Array, cut: boolean, encoding: string): Before {
  if (cut) return "cut";
  const { unit, at } = lineEndsOf(encoding);
  return bytes.length === 0 || at(bytes, bytes.length - unit) === NEWLINE ? "line" : "open";
}

interface CutterOptions {
  /** Of a file without a byte order mark: a name of the Encoding Standard. */
  readonly encoding?: string;
  /** Bytes of a line, without its end, beyond which it is cut; 8 at least. */
  readonly limit?: number;
  /** The first bytes of the file that come before the offset, up to `MARK_BYTES`. */
  readonly head?: Uint8Array;
}

/** Complete lines cut from a run of bytes; what is left waits for its line end. */
export interface Cutter {
  /** File offset of the first byte that was neither handed out nor skipped yet. */
  readonly offset: number;
  /** File offset after the last byte that was pushed. */
  readonly position: number;
  /** Bytes held back. */
  readonly held: number;
  /** What is held back ends within a line. */
  readonly partial: boolean;
  /** Whether a flush would hand something out. */
  readonly flushable: boolean;
  /** Of what was handed out last. */
  readonly encoding: string;
  /**
   * Takes the bytes at `position`, leaves out a mark and a hole at the head of the file, and returns copies of all
   * complete lines; a new run begins behind each line that was cut. How the bytes are cut into calls makes no
   * difference. A line end that belongs to a line flushed before is swallowed: `start` tells where the lines begin,
   * `skipped` how many bytes were left out before them.
   */
  push(bytes: Buffer): Lines[];
  /**
   * Hands out what is held back although its line end has not come, in one or two calls: until there is nothing.
   * @param final nothing will come: also half a mark or unit of UTF-16, and a CR that would belong to a line flushed before
   */
  flush(final?: boolean): Lines | undefined;
}

/** @param offset where reading begins */
export function createCutter(
  offset: number,
  before: Before,
  { encoding: otherwise = UTF8, limit = MAX_LINE_BYTES, head: given = Buffer.alloc(0) }: CutterOptions = {},
): Cutter {
  let start = offset;
  let held: Buffer[] = [];
  let heldBytes = 0;
  /** Bytes that are to be told with the next lines. */
  let skipped = 0;
  let open = before === "open";
  let skipping = before === "cut";
  /** There was nothing but NUL so far, from the first byte of the file on. */
  let leading = offset === 0;
  let head = given;
  let { encoding, unsure } = sniff(head, otherwise);
  let ends = lineEndsOf(encoding);
  let most = limit - (limit % ends.unit);

  const hold = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    held.push(Buffer.from(bytes));
    heldBytes += bytes.length;
  };

  /** What is held and what comes after it, in one. */
  const join = (bytes: Buffer): Buffer => {
    if (heldBytes === 0) return bytes;
    const joined = Buffer.concat([...held, bytes]);
    held = [];
    heldBytes = 0;
    return joined;
  };

  const skip = (bytes: Buffer, count: number): Buffer => {
    start += count;
    skipped += count;
    return bytes.subarray(count);
  };

  const take = (last: Buffer, whole: boolean): Lines => {
    const lines = { start, bytes: Buffer.concat([...held, last]), cut: false, skipped };
    held = [];
    heldBytes = 0;
    skipped = 0;
    start += lines.bytes.length;
    open = !whole;
    return lines;
  };

  const cutShort = (last: Buffer): Lines => {
    const line = join(last);
    const whole = wholeCharacters(line, encoding);
    const lines = { start, bytes: Buffer.from(line.subarray(0, whole)), cut: true, skipped };
    start += line.length;
    skipped = line.length - whole;
    return lines;
  };

  /** The first bytes tell whether there is a mark. @param bytes all of them that were not handed out yet */
  const decide = (bytes: Buffer): Buffer => {
    const fresh = bytes.subarray(head.length - start);
    head = Buffer.concat([head, fresh.subarray(0, MARK_BYTES - head.length)]);
    const found = sniff(head, otherwise);
    ({ encoding, unsure } = found);
    ends = lineEndsOf(encoding);
    most = limit - (limit % ends.unit);
    if (found.mark === 0) return bytes;
    open = false;
    return skip(bytes, Math.max(0, found.mark - start));
  };

  const skipHole = (bytes: Buffer): Buffer => {
    const text = bytes.findIndex((byte) => byte !== 0);
    const run = text < 0 ? bytes.length : text;
    leading = text < 0;
    // In UTF-16 the last of them may be half of what follows.
    return start === 0 && run < HOLE ? bytes : skip(bytes, run - ((start + run) % ends.unit));
  };

  /** Makes UTF-16 begin with a whole unit. */
  const align = (bytes: Buffer): Buffer => {
    if ((start + heldBytes) % 2 === 0) return bytes;
    const last = held.pop();
    // The other half was handed out already.
    if (!last) return skip(bytes, 1);
    heldBytes -= last.length;
    hold(last.subarray(0, -1));
    return Buffer.concat([last.subarray(-1), bytes]);
  };

  const swallowEnd = (bytes: Buffer): Buffer => {
    const [first, second] = [ends.at(bytes, 0), ends.at(bytes, ends.unit)];
    // CRLF may come in two reads: it stays open until it is clear whether the CR belongs to that end.
    if (first === undefined || (first === CR && second === undefined)) return bytes;
    open = false;
    return skip(
      bytes,
      first === NEWLINE ? ends.unit : first === CR && second === NEWLINE ? 2 * ends.unit : 0,
    );
  };

  const skipLine = (bytes: Buffer): Buffer => {
    const end = ends.next(bytes, 0);
    skipping = end === 0;
    open = false;
    return skip(bytes, skipping ? bytes.length - (bytes.length % ends.unit) : end);
  };

  /** Where in the bytes the first line that is too long is to be cut. */
  const tooLong = (bytes: Buffer): number | undefined => {
    if (heldBytes + bytes.length <= most) return undefined;
    for (let from = -heldBytes; ; ) {
      const next = ends.next(bytes, Math.max(0, from));
      // Half a unit may be half of the line end.
      const end = next === 0 ? bytes.length - (bytes.length % ends.unit) : next - ends.unit;
      if (end - from > most) return from + most;
      if (next === 0) return undefined;
      from = next;
    }
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
    get partial() {
      return heldBytes > 0;
    },
    get flushable() {
      return heldBytes >= ends.unit && !open && !skipping && !unsure;
    },
    get encoding() {
      return encoding;
    },
    push(bytes) {
      const parts: Lines[] = [];
      let rest = bytes;
      if (rest.length === 0) return parts;
      if (unsure) rest = decide(join(rest));
      if (!unsure) {
        if (leading) rest = skipHole(join(rest));
        if (ends.unit === 2) rest = align(rest);
        if (skipping) rest = skipLine(rest);
        if (open) rest = swallowEnd(join(rest));
        for (let at = tooLong(rest); at !== undefined; at = tooLong(rest)) {
          parts.push(cutShort(rest.subarray(0, at)));
          rest = skipLine(rest.subarray(at));
        }
        const last = ends.last(rest);
        if (last > 0) parts.push(take(rest.subarray(0, last), true));
        rest = rest.subarray(last);
      }
      hold(rest);
      return parts;
    },
    flush(final = false) {
      if (heldBytes === 0 || skipping || (!final && !this.flushable)) return undefined;
      leading = false;
      const all = join(Buffer.alloc(0));
      const whole = final ? all.length : all.length - (all.length % ends.unit);
      const lines = take(all.subarray(0, whole), false);
      hold(all.subarray(whole));
      return lines;
    },
  };
}
