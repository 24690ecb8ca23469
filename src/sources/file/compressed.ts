import { createReadStream } from "node:fs";
import { type FileHandle, mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import type { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { Generation } from "../../spool/checkpoints.ts";
import { digest, FINGERPRINT_BYTES, identify, MARKER_BYTES, readExactly } from "./identity.ts";

/** How files are unpacked that end so. */
const UNPACKERS: Readonly<Record<string, () => Transform>> = {
  ".gz": () => createGunzip(),
  ".zst": () => createZstdDecompress(),
};
/** First bytes of gzip, zstd, bzip2 and xz: RFC 1952, RFC 8878, and the formats' own descriptions. */
const MAGICS = ["1f8b", "28b52ffd", "425a68", "fd377a58"];
const PACKED_NAME = /\.(gz|zst|bz2|xz)$/i;

/** Whether a file holds no lines but what was packed; by its name also before its first byte is written. */
export async function isPacked(path: string, handle: FileHandle): Promise<boolean> {
  if (PACKED_NAME.test(path)) return true;
  const head = (await readExactly(handle, 0, 4)).toString("hex");
  return MAGICS.some((magic) => head.startsWith(magic));
}

/** What writes the text of files that end so. */
const UNPACKED_BY: Readonly<Record<string, string>> = {
  ".gz": "zcat",
  ".zst": "zstdcat",
  ".bz2": "bzcat",
  ".xz": "xzcat",
};

/** Why a file by that name can't be read, and what to do instead, if it is packed; undefined for what is no file. */
export async function packedReason(path: string): Promise<string | undefined> {
  // A pipe would keep whoever opens it waiting.
  if (!(await stat(path).catch(() => undefined))?.isFile()) return undefined;
  const handle = await open(path, "r").catch(() => undefined);
  try {
    return handle && (await isPacked(path, handle)) ? packedText(path) : undefined;
  } finally {
    await handle?.close();
  }
}

/** Says of a packed file why it is not read, and what to do. */
export function packedText(path: string): string {
  const ending = extname(path).toLowerCase();
  const known = Object.hasOwn(UNPACKED_BY, ending);
  const tool = (known && UNPACKED_BY[ending]) || "zcat";
  const how = `packed files are read only as what a rotated log became; use ${tool} FILE | log-monitor run -`;
  return `${path} is packed${known ? ` (${ending})` : ""}: ${how}`;
}

export function canUnpack(path: string): boolean {
  return extname(path).toLowerCase() in UNPACKERS;
}

/**
 * If a packed file holds what was read of a generation, a file without a name with its text from where reading
 * stopped; nothing is written of what was read but its head. Files that begin differently cost one read.
 * @throws what the file system throws: a full disk is no answer
 * @param whole the generation with the position and the marker of where reading stopped
 */
export async function unpackRest(path: string, whole: Generation): Promise<FileHandle | undefined> {
  const unpacker = UNPACKERS[extname(path).toLowerCase()]?.();
  if (!unpacker) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "log-monitor-"));
  const rest = await open(join(folder, "rest"), "wx+").finally(() =>
    process.platform === "win32" ? undefined : rm(folder, { recursive: true }),
  );
  const from = whole.offset - MARKER_BYTES;
  let size = 0;
  let checked = false;
  try {
    await pipeline(createReadStream(path), unpacker, async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        if (size < FINGERPRINT_BYTES)
          await rest.write(chunk, 0, Math.min(chunk.length, FINGERPRINT_BYTES), size);
        const skip = Math.max(0, from - size);
        if (skip < chunk.length) await rest.write(chunk, skip, chunk.length - skip, size + skip);
        size += chunk.length;
        if (checked || size < whole.fingerprintLength) continue;
        const head = await readExactly(rest, 0, whole.fingerprintLength);
        if (digest(head) !== whole.fingerprint) throw new Error("another file");
        checked = true;
      }
    });
    const verdict = await identify(rest, size, whole);
    if (verdict === "same" || verdict === "grown") return rest;
  } catch (error) {
    // Another file, or one that is not whole: what it holds can't be told to be ours.
    if ((error as NodeJS.ErrnoException).syscall !== undefined) {
      await rest.close();
      throw error;
    }
  }
  await rest.close();
  return undefined;
}
