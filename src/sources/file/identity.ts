import { hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { MARK_BYTES, sniff, UTF8 } from "../../lib/encoding.ts";
import { lineEndsOf } from "../../lib/line-ends.ts";
import type { Generation } from "../../spool/checkpoints.ts";

/** The fingerprint grows with the file up to this many of its first bytes. */
export const FINGERPRINT_BYTES = 1024;
/** The marker is up to this many bytes before the committed offset. */
export const MARKER_BYTES = 64;
/** Bytes read at once to find a line end; whole units of any encoding. */
const WINDOW = 65_536;

/**
 * What a look at a file says of the generation that was read from it:
 * - same: nothing new; grown: more bytes after the offset, all before it as they were;
 * - truncated: smaller than what was read; rewritten: other bytes where we had read; both start a generation;
 * - replaced: the path or inode now holds another file.
 */
export type Verdict = "same" | "grown" | "truncated" | "rewritten" | "replaced";

/** SHA-256 (first 16 hex digits) of the first `length` bytes. */
async function fingerprintOf(handle: FileHandle, length: number): Promise<string> {
  return digest(await readExactly(handle, 0, length));
}

export function digest(bytes: Uint8Array): string {
  return hash("sha256", bytes).slice(0, 16);
}

/** The fingerprint of a file whose first bytes are these. */
export function fingerprintOfHead(bytes: Buffer): Pick<Generation, "fingerprint" | "fingerprintLength"> {
  const head = bytes.subarray(0, FINGERPRINT_BYTES);
  return { fingerprint: digest(head), fingerprintLength: head.length };
}

/**
 * The fingerprint over what was read besides: `bytes`, which stood at `at`. The file may have been truncated
 * since, so it counts only if it still holds them; else the fingerprint stays as it was.
 */
export async function growFingerprint(
  handle: FileHandle,
  known: Pick<Generation, "fingerprint" | "fingerprintLength">,
  at: number,
  bytes: Buffer,
): Promise<Pick<Generation, "fingerprint" | "fingerprintLength">> {
  const length = Math.min(FINGERPRINT_BYTES, at + bytes.length);
  const head = await readExactly(handle, 0, length);
  const { fingerprint, fingerprintLength } = known;
  const holds =
    head.length === length &&
    (fingerprintLength === 0 || digest(head.subarray(0, fingerprintLength)) === fingerprint) &&
    head.subarray(at).equals(bytes.subarray(0, Math.max(0, length - at)));
  return holds ? { fingerprint: digest(head), fingerprintLength: length } : known;
}

/** The first bytes and the bytes before `offset`, as a generation keeps them. */
export async function describe(
  handle: FileHandle,
  size: number,
  offset: number,
): Promise<Pick<Generation, "fingerprint" | "fingerprintLength" | "marker">> {
  const head = await readExactly(handle, 0, Math.min(size, FINGERPRINT_BYTES));
  return {
    fingerprintLength: head.length,
    fingerprint: digest(head),
    marker: (await tailBefore(handle, offset)).toString("hex"),
  };
}

/** Up to MARKER_BYTES bytes before an offset. */
function tailBefore(handle: FileHandle, offset: number): Promise<Buffer> {
  const start = Math.max(0, offset - MARKER_BYTES);
  return readExactly(handle, start, offset - start);
}

/**
 * A marker as a generation keeps it: the bytes in hex, and a `+` when they end where a line was cut, the rest
 * of which is to be skipped.
 */
export function writeMarker(bytes: Buffer, cut: boolean): string {
  return bytes.toString("hex") + (cut ? "+" : "");
}

/** The bytes of a marker, and whether a line was cut there. */
export function readMarker(marker: string): { readonly bytes: Buffer; readonly cut: boolean } {
  const cut = marker.endsWith("+");
  return { bytes: Buffer.from(cut ? marker.slice(0, -1) : marker, "hex"), cut };
}

/** Compares an open file with what is known of a generation. `size` is from a stat of the same handle. */
export async function identify(handle: FileHandle, size: number, known: Generation): Promise<Verdict> {
  if (size < known.fingerprintLength || size < known.offset) {
    const common = Math.min(size, known.fingerprintLength);
    return common > 0 &&
      common === known.fingerprintLength &&
      (await fingerprintOf(handle, common)) !== known.fingerprint
      ? "replaced"
      : "truncated";
  }
  if ((await fingerprintOf(handle, known.fingerprintLength)) !== known.fingerprint) return "replaced";
  const { bytes } = readMarker(known.marker);
  const tail = await readExactly(handle, known.offset - bytes.length, bytes.length);
  if (!tail.equals(bytes)) return "rewritten";
  return size === known.offset ? "same" : "grown";
}

/** Reads up to `length` bytes at `position`; fewer only at the end of the file. */
export async function readExactly(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** The bytes at a file's head that tell its encoding, those of them that come before `offset`. */
export function readHead(handle: FileHandle, offset: number): Promise<Buffer> {
  return readExactly(handle, 0, Math.min(MARK_BYTES, offset));
}

/**
 * Offset after the last line end, so that reading begins with a whole line.
 * @param otherwise the encoding of a file without a byte order mark
 */
export async function lastLineEnd(handle: FileHandle, size: number, otherwise = UTF8): Promise<number> {
  const ends = lineEndsOf(sniff(await readHead(handle, size), otherwise).encoding);
  for (let end = size - (size % ends.unit); end > 0; ) {
    const start = Math.max(0, end - WINDOW);
    const at = ends.last(await readExactly(handle, start, end - start));
    if (at > 0) return start + at;
    end = start;
  }
  return 0;
}
