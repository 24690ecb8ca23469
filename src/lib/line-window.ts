import { UserError } from "../errors.ts";
import { type Bytes, openBytes } from "./bytes.ts";
import { decoderOf, MARK_BYTES, sniff, UTF8 } from "./encoding.ts";
import { countEnds } from "./line-count.ts";
import { lineEndsOf } from "./line-ends.ts";
import type { LinesAnswer, LinesRequest } from "./lines.ts";

/** So far before an offset the beginnings of lines are looked for, and so much is read behind it, in bytes. */
const REACH = 1 << 20;
const MOST = 8 << 20;
/** A line's number is remembered at least so often, in bytes; and of so many files. */
const APART = 16 << 20;
const FILES = 8;
/** So many bytes at the beginning of a file, and before a place in it, tell whether it is still the same. */
const TELLING = 64;

/** To an editor it would end a line; here it is shown by its sign, so that lines keep their numbers. */
const BARE_CR = /\r(?!\n)/g;

const lastOf = (bytes: Buffer): string => bytes.subarray(-TELLING).toString("hex");

/** A place before which the number of line ends is known. */
interface Mark {
  readonly offset: number;
  readonly ends: number;
  /** What stands just before it. */
  readonly before: Buffer;
}
const START: Mark = { offset: 0, ends: 0, before: Buffer.alloc(0) };

/** Reads lines of files of any size, also packed ones, and remembers line numbers of some places in them. */
export function createLineWindows(): { read(request: LinesRequest): Promise<LinesAnswer> } {
  const known = new Map<string, { readonly head: string; readonly marks: Mark[] }>();

  /** The marks of a file; those of another one that stood there are forgotten. */
  const marksOf = (file: string, head: string): Mark[] => {
    const had = known.get(file);
    const marks = had?.head === head ? had.marks : [];
    known.delete(file);
    known.set(file, { head, marks });
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size > FILES) known.delete(oldest);
    return marks;
  };

  /** The last mark up to an offset. Logs may begin alike: where other text stands before it, all are forgotten. */
  const nearest = async (bytes: Bytes, marks: Mark[], offset: number): Promise<Mark> => {
    const near = marks.findLast((one) => one.offset <= offset);
    if (!near) return START;
    const { length } = near.before;
    if ((await bytes.read(near.offset - length, length)).equals(near.before)) return near;
    marks.length = 0;
    return START;
  };

  return {
    async read({ file, offset, line: told, stood, before, count }) {
      const bytes = await openBytes(file);
      try {
        const head = await bytes.read(0, TELLING);
        const { encoding, mark } = sniff(head.subarray(0, MARK_BYTES), UTF8);
        const ends = lineEndsOf(encoding);
        // Packed ones are unpacked from their beginning for each place, so that a mark would save nothing.
        const marks = bytes.packed ? [] : marksOf(file, head.toString("hex"));
        // Of packed ones each read costs all that stands before: what is read here serves for both.
        const from = Math.max(0, offset - REACH);
        const behind = await bytes.read(from, offset - from);
        if (stood !== undefined && (behind.length < offset - from || !lastOf(behind).endsWith(stood)))
          throw new UserError(
            `${file} no longer holds these lines: it was rotated or begun over; open the line again`,
          );
        let line = told;
        if (line === undefined) {
          const near = await nearest(bytes, marks, offset);
          let last = near.offset;
          const more = await countEnds(bytes, near.offset, offset, ends, (at, counted, chunk) => {
            if (at - last < APART || at <= (marks.at(-1)?.offset ?? 0)) return;
            last = at;
            const stood = Buffer.from(chunk.subarray(-TELLING));
            marks.push({ offset: at, ends: near.ends + counted, before: stood });
          });
          line = near.ends + more + 1;
        }
        const starts = from === 0 ? [0] : [];
        for (let next = ends.next(behind, 0); next > 0; next = ends.next(behind, next))
          starts.push(from + next);
        const chosen = before > 0 ? starts.filter((start) => start < offset).slice(-before) : [];
        // The line before is longer than what was read of it.
        if (before > 0 && chosen.length === 0 && offset > 0) chosen.push(from);
        // Within a line, the last of them is where this line itself begins, or goes on.
        const within = chosen.length > 0 && !starts.includes(offset);
        const first = line - chosen.length + (within ? 1 : 0);
        const start = chosen[0] ?? offset;
        const read = await bytes.read(start, MOST);
        let [end, lines, whole] = [0, 0, 0];
        for (let next = ends.next(read, 0); next > 0 && lines < count; next = ends.next(read, next)) {
          end = next;
          whole = ++lines;
        }
        const left = read.length - end;
        // The last line may lack its end, and one may be longer than all that is read.
        if (lines < count && left > 0 && (read.length < MOST || lines === 0)) {
          end = read.length;
          lines++;
        }
        const text = decoderOf(encoding)(read.subarray(start === 0 ? mark : 0, end));
        return {
          text: text.replace(BARE_CR, "\u240d"),
          first,
          count: lines,
          line,
          start,
          end: start + end,
          next: first + whole,
          stood: lastOf(behind.subarray(0, start - from)),
          stoodAtEnd: lastOf(end > 0 ? read.subarray(0, end) : behind),
          atStart: start === 0,
          atEnd: end === read.length && read.length < MOST,
        };
      } finally {
        await bytes.close();
      }
    },
  };
}
