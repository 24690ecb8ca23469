import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "../../errors.ts";
import { MARK_BYTES, sniff, UTF8 } from "../../lib/encoding.ts";
import { lineEndsOf } from "../../lib/line-ends.ts";
import type { Generation } from "../../spool/checkpoints.ts";
import { identify, readExactly, readHead } from "./identity.ts";

/** Read at once while line ends are counted. */
const STEP = 1 << 18;

/**
 * What a file may be of what sources read: by its inode, then, as a copy has another one, by what it holds; the
 * latest first.
 */
export async function generationsOf(
  handle: FileHandle,
  path: string,
  all: readonly Generation[],
): Promise<readonly Generation[]> {
  const { dev, ino, size } = await handle.stat();
  const found: Generation[] = [];
  const latest = [...all].sort((one, other) => other.id - one.id);
  const same = latest.filter(({ device, inode }) => device === dev && inode === ino);
  const near = latest.filter(
    (one) => !same.includes(one) && one.fingerprintLength > 0 && dirname(one.path) === dirname(path),
  );
  for (const generation of [...same, ...near]) {
    const verdict = await identify(handle, size, generation);
    if (verdict === "same" || verdict === "grown") found.push(generation);
  }
  return found;
}

/**
 * The byte offset at which a line begins.
 * @param line counted from 1
 * @param otherwise the encoding of a file without a byte order mark
 */
export async function lineStart(handle: FileHandle, line: number, otherwise: string): Promise<number> {
  const { size } = await handle.stat();
  const ends = lineEndsOf(sniff(await readHead(handle, size), otherwise).encoding);
  let seen = 1;
  let offset = 0;
  for (let at = 0; seen < line && at < size; at += STEP) {
    const bytes = await readExactly(handle, at, STEP);
    for (let next = ends.next(bytes, 0); next > 0 && seen < line; next = ends.next(bytes, next)) {
      seen++;
      offset = at + next;
    }
  }
  if (seen < line || offset >= size)
    throw new UserError(`there is no line ${line}: the file has ${offset >= size ? seen - 1 : seen}`);
  return offset;
}

/** Bytes of the byte order mark at a file's head, 0 without one. */
export async function markLength(handle: FileHandle): Promise<number> {
  return sniff(await readHead(handle, MARK_BYTES), UTF8).mark;
}
