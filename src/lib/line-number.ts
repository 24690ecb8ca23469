import { readdir } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, parse } from "node:path";
import { reasonOf, UserError } from "../errors.ts";
import { type Bytes, canUnpack, openBytes } from "./bytes.ts";
import { bytewiseEncodings, decoderOf, MARK_BYTES, sniff, UTF8 } from "./encoding.ts";
import { countEditorEnds } from "./line-count.ts";
import { lineEndsOf } from "./line-ends.ts";

/** So much of a line must be what it was, in characters. */
const LIKENESS = 200;
/** Fewer characters may stand in many a line. */
const TELLING = 16;
/** Bytes that so many characters have at most, shifts of ISO-2022-JP with them. */
const REACH = LIKENESS * 8;
const LF = 10;
const PACKED = /\.(?:gz|zst|bz2|xz|zip)$/i;
/** Files beside the log that are looked into. */
const MOST = 50;

/** A file in which a record still stands, to be closed by whoever asked. */
export interface Standing {
  readonly bytes: Bytes;
  /** What its first bytes say; logs without a mark may be of any other that has ASCII. */
  readonly encoding: string;
}

/**
 * Where a line that begins at a byte offset stands by now, and its number (from 1) in an editor. Of files that none can
 * open, packed ones or those larger than `most` bytes, lines are not counted.
 * @throws UserError, see `standing`
 */
export async function filePlace(
  file: string,
  offset: number,
  raw: string,
  most: number,
): Promise<{ readonly file: string; readonly offset: number; readonly line?: number }> {
  const { bytes, encoding } = await standing(file, offset, raw);
  try {
    const size = await bytes.size();
    if (size === undefined || size > most) return { file: bytes.path, offset };
    const line = (await countEditorEnds(bytes, offset, lineEndsOf(encoding))) + 1;
    return { file: bytes.path, offset, line };
  } finally {
    await bytes.close();
  }
}

/**
 * The file in which a line stands at a byte offset. Where other text stands there, the log was rotated: the files
 * beside it whose names begin alike are looked into, packed ones last.
 * @param raw the line as it was read
 * @throws UserError when none of them has the line, and for one that came from no file
 */
export async function standing(file: string, offset: number, raw: string): Promise<Standing> {
  if (!isAbsolute(file))
    throw new UserError(
      `${file} is no file: what came from there is in the store alone; the details show it`,
    );
  let reason = "";
  for (const path of [file, ...(await likeNamed(file))]) {
    let bytes: Bytes | undefined;
    try {
      bytes = await openBytes(path);
      const { encoding, mark } = sniff(await bytes.read(0, MARK_BYTES), UTF8);
      if (await standsAt(bytes, offset, raw, encoding, mark)) {
        const found = { bytes, encoding };
        bytes = undefined;
        return found;
      }
    } catch (error) {
      if (path === file) reason = `: ${reasonOf(error)}`;
    } finally {
      await bytes?.close();
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
    .filter((entry) => entry.startsWith(name) && entry !== basename(file))
    .filter((entry) => !PACKED.test(entry) || canUnpack(entry))
    .sort((a, b) => Number(PACKED.test(a)) - Number(PACKED.test(b)) || (a < b ? -1 : 1))
    .slice(0, MOST)
    .map((entry) => join(folder, entry));
}

/** @param mark bytes of the mark that tells the encoding; 0: the log may be of another, which is not known here */
async function standsAt(
  bytes: Bytes,
  offset: number,
  raw: string,
  encoding: string,
  mark: number,
): Promise<boolean> {
  const { unit, at } = lineEndsOf(encoding);
  const before = Math.min(offset, unit);
  const read = await bytes.read(offset - before, before + REACH);
  const found = read.subarray(before);
  if (found.length === 0) return false;
  const [line = ""] = raw.split("\n", 1);
  const wanted = line.slice(0, LIKENESS);
  // All encodings have ASCII in common.
  const [ascii = ""] = /^[\x20-\x7e\t]*/.exec(wanted) ?? [];
  if (ascii.length >= TELLING) return decoderOf(encoding)(found.subarray(0, ascii.length * unit)) === ascii;
  // So short a line is that one only where it begins and ends. Longer ones may go on where one was read half.
  const short = line.length < TELLING;
  if (short && offset > mark && at(read, 0) !== LF) return false;
  return (mark > 0 ? [encoding] : bytewiseEncodings()).some((name) => {
    const text = decoderOf(name)(found);
    return text.startsWith(wanted) && (!short || /^\r?(?:\n|$)/.test(text.slice(line.length)));
  });
}
