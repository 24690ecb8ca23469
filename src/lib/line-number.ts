import { type FileHandle, open, readdir } from "node:fs/promises";
import { basename, dirname, join, parse } from "node:path";
import { reasonOf, UserError } from "../errors.ts";
import { MARK_BYTES, sniff, UTF8 } from "./encoding.ts";
import { type LineEnds, lineEndsOf } from "./line-ends.ts";

const STEP = 1 << 20;
/** So much of a line must be what it was, in characters. */
const LIKENESS = 200;
const PACKED = /\.(?:gz|zst|bz2|xz|zip)$/i;
/** Files beside the log that are looked into. */
const MOST = 50;

/** A line of a file, counted from 1. */
export interface LinePlace {
  readonly file: string;
  readonly line: number;
}

/**
 * The number of the line that begins at a byte offset. Where other text stands there, the log was rotated: the
 * files beside it whose names begin alike are looked into.
 * @param raw the line as it was read
 * @throws UserError when none of them has the line
 */
export async function lineNumber(file: string, offset: number, raw: string): Promise<LinePlace> {
  let reason = "";
  for (const path of [file, ...(await likeNamed(file))]) {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, "r");
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MARK_BYTES), 0, MARK_BYTES, 0);
      const { encoding } = sniff(buffer.subarray(0, bytesRead), UTF8);
      if (await standsAt(handle, offset, raw, encoding))
        return { file: path, line: (await endsBefore(handle, offset, lineEndsOf(encoding))) + 1 };
    } catch (error) {
      if (path === file) reason = `: ${reasonOf(error)}`;
    } finally {
      await handle?.close();
    }
  }
  throw new UserError(
    `${file} no longer has this line at byte ${offset}${reason}; the details show it as it was read`,
  );
}

async function likeNamed(file: string): Promise<string[]> {
  const folder = dirname(file);
  const { name } = parse(file);
  const entries = await readdir(folder).catch(() => []);
  return entries
    .filter((entry) => entry.startsWith(name) && entry !== basename(file) && !PACKED.test(entry))
    .sort()
    .slice(0, MOST)
    .map((entry) => join(folder, entry));
}

async function standsAt(handle: FileHandle, offset: number, raw: string, encoding: string): Promise<boolean> {
  // What the log's encoding was is not known here, but all of them have ASCII in common.
  const wanted = /^[\x20-\x7e\t]*/.exec(raw.slice(0, LIKENESS))?.[0] ?? "";
  const length = wanted.length * lineEndsOf(encoding).unit;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length + 1), 0, length + 1, offset);
  if (bytesRead === 0) return false;
  return new TextDecoder(encoding).decode(buffer.subarray(0, Math.min(length, bytesRead))) === wanted;
}

/** Line ends in the first `length` bytes. */
async function endsBefore(handle: FileHandle, length: number, ends: LineEnds): Promise<number> {
  const chunk = Buffer.allocUnsafe(STEP);
  let count = 0;
  for (let at = 0; at < length; ) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(STEP, length - at), at);
    if (bytesRead === 0) break;
    const bytes = chunk.subarray(0, bytesRead);
    for (let next = ends.next(bytes, 0); next > 0; next = ends.next(bytes, next)) count++;
    at += bytesRead;
  }
  return count;
}
