import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompressSync } from "node:zlib";

/** How a block's bytes are kept. Small ones are not worth a trip to the thread pool. */
export const RAW = 0;
export const ZSTD = 1;
const SMALL = 2048;

const compress = promisify(zstdCompress);
/** Room for a whole packed block: fewer trips between the thread pool and the loop. */
const OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: 64 * 1024 };

/** A durable run of lines as the spool gives it back. */
export interface Block {
  readonly seq: number;
  readonly generation: number;
  /** Row of the parser configuration that read it. */
  readonly config: number;
  readonly start: number;
  readonly lines: number;
  readonly observed: number;
  readonly bytes: Buffer;
}

/** Packs a block off the thread; small ones come back at once, as they are. */
export function pack(
  bytes: Buffer,
): { codec: number; data: Buffer } | Promise<{ codec: number; data: Buffer }> {
  if (bytes.length < SMALL) return { codec: RAW, data: bytes };
  return compress(bytes, { ...OPTIONS, pledgedSrcSize: bytes.length }).then((data) => ({ codec: ZSTD, data }));
}

/** Throws when the data is torn or damaged. */
export function unpack(codec: number, data: Uint8Array): Buffer {
  return codec === ZSTD
    ? zstdDecompressSync(data)
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
