import { type FileHandle, open } from "node:fs/promises";

/** A line with its place: where it begins and where the next one does (bytes). */
export interface Line {
  readonly text: string;
  /** Counted from 1 at the place where reading began, empty lines too. */
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

const CHUNK = 1 << 18;

/**
 * The lines of a UTF-8 file from a byte offset on, a chunk in memory at a time; also a last one that lacks its
 * end. Empty lines are passed over. A file that is not there has none.
 */
export async function* linesOf(path: string, from = 0): AsyncGenerator<Line, void, void> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  try {
    let pieces: Buffer[] = [];
    let start = from;
    let at = from;
    let number = 0;
    const take = (end: number): Line => {
      const text = Buffer.concat(pieces).toString();
      const line = { text, number: ++number, start, end };
      pieces = [];
      start = end;
      return line;
    };
    for (;;) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, at);
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      let begin = 0;
      for (let stop = chunk.indexOf(0x0a); stop >= 0; stop = chunk.indexOf(0x0a, begin)) {
        pieces.push(chunk.subarray(begin, stop));
        begin = stop + 1;
        const line = take(at + begin);
        if (line.text.trim() !== "") yield line;
      }
      pieces.push(chunk.subarray(begin));
      at += bytesRead;
    }
    const last = take(at);
    if (last.text.trim() !== "") yield last;
  } finally {
    await handle.close();
  }
}
