import { createReadStream } from "node:fs";

/** The beginning of a line as `record-json.ts` writes it. */
const HEAD = /^\{"id":"([^"\\]+)-([0-9a-z]+)",/;
/** Longer than any record's line; of a longer one only so many bytes are kept in memory. */
const LINE_BYTES = 16 << 20;

/** What stands in a stretch of an output file. */
export interface Standing {
  /** The highest offset of each generation (`Origin.key`) that has a whole line there. */
  readonly offsets: ReadonlyMap<string, number>;
  /** Where the last whole line ends. */
  readonly end: number;
  /** The beginning of a last line that lacks its end; empty when there is none. */
  readonly torn: Buffer;
}

/** Reads the ids of the whole records in a file, in memory that does not grow with it. */
export async function readStanding(path: string, from: number, to: number): Promise<Standing> {
  const offsets = new Map<string, number>();
  let end = from;
  let at = from;
  let line = createLine();
  if (to <= from) return { offsets, end, torn: Buffer.alloc(0) };
  const stream: AsyncIterable<Buffer> = createReadStream(path, {
    start: from,
    end: to - 1,
    highWaterMark: 1 << 18,
  });
  for await (const chunk of stream) {
    let start = 0;
    for (let stop = chunk.indexOf(0x0a); stop >= 0; stop = chunk.indexOf(0x0a, start)) {
      line.add(chunk.subarray(start, stop));
      const [key, offset] = idOf(line.bytes().toString()) ?? [];
      if (key !== undefined && offset !== undefined)
        offsets.set(key, Math.max(offsets.get(key) ?? 0, offset));
      line = createLine();
      start = stop + 1;
      end = at + start;
    }
    line.add(chunk.subarray(start));
    at += chunk.length;
  }
  return { offsets, end, torn: line.bytes() };
}

/** Generation and offset, if the line is a whole record: a torn one that someone else ended does not count. */
function idOf(line: string): [key: string, offset: number] | undefined {
  const [, key, offset] = HEAD.exec(line) ?? [];
  if (key === undefined || offset === undefined) return undefined;
  try {
    JSON.parse(line);
    return [key, Number.parseInt(offset, 36)];
  } catch {
    return undefined;
  }
}

function createLine() {
  const pieces: Buffer[] = [];
  let length = 0;
  return {
    add(bytes: Buffer): void {
      const room = bytes.subarray(0, LINE_BYTES - length);
      if (room.length === 0) return;
      pieces.push(room);
      length += room.length;
    },
    bytes: () => Buffer.concat(pieces),
  };
}
