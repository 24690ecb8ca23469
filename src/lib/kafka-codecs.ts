import { promisify } from "node:util";
import { gzip, unzip, zstdCompress, zstdDecompress } from "node:zlib";
import { packLz4, unpackLz4 } from "./lz4.ts";

/** What kafkajs asks of a codec. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(packed: Buffer): Promise<Buffer>;
}

/** A batch holds at most so many bytes when it is unpacked: twice the longest message that can be read. */
const MOST = 128 * 1024 * 1024;

const packGzip = promisify(gzip);
const unpackGzip = promisify(unzip);
const packZstd = promisify(zstdCompress);
const unpackZstd = promisify(zstdDecompress);

/** In place of the client's own, which unpacks without end. @param most bytes that it unpacks */
export const gzipCodec = (most = MOST): Codec => ({
  compress: ({ buffer }) => packGzip(buffer),
  decompress: (packed) => unpackGzip(packed, { maxOutputLength: most }).catch((error) => refuse(error, most)),
});

/** @param most bytes that it unpacks */
export const zstdCodec = (most = MOST): Codec => ({
  compress: ({ buffer }) => packZstd(buffer),
  decompress: (packed) => unpackZstd(packed, { maxOutputLength: most }).catch((error) => refuse(error, most)),
});

/** @param most bytes that it unpacks */
export const lz4Codec = (most = MOST): Codec => ({
  compress: async ({ buffer }) => packLz4(buffer),
  decompress: async (packed) => unpackLz4(packed, most),
});

/**
 * One block without a frame, which brokers and every client take; Java's own clients write it in a frame.
 * @param most bytes that it unpacks
 */
export const snappyCodec = (most = MOST): Codec => ({
  compress: async ({ buffer }) => (await import("snappyjs")).default.compress(buffer),
  async decompress(packed) {
    const { default: snappy } = await import("snappyjs");
    const parts: Buffer[] = [];
    let room = most;
    for (const block of snappyBlocks(packed)) {
      if (snappyLength(block) > room) tooLong(most);
      const part = snappy.uncompress(block);
      room -= part.length;
      parts.push(part);
    }
    return Buffer.concat(parts);
  },
});

function refuse(error: NodeJS.ErrnoException, most: number): never {
  if (error.code === "ERR_BUFFER_TOO_LARGE") tooLong(most);
  throw error;
}

function tooLong(most: number): never {
  throw new Error(`it is longer than ${most} bytes when it is unpacked`);
}

/** What a block says of its own length, in front: seven bits a byte, the lowest first. */
function snappyLength(block: Buffer): number {
  let length = 0;
  for (const [at, byte] of block.subarray(0, 5).entries()) {
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) break;
  }
  return length;
}

/** What snappy-java's streams begin with: a name and two versions; then blocks, each after its length (big-endian). */
const JAVA_MAGIC = Buffer.from("82534e4150505900", "hex");
const JAVA_HEADER = 16;

function snappyBlocks(packed: Buffer): Buffer[] {
  if (!packed.subarray(0, JAVA_MAGIC.length).equals(JAVA_MAGIC)) return [packed];
  const blocks: Buffer[] = [];
  for (let at = JAVA_HEADER; at < packed.length; ) {
    // Streams may be written one behind the other.
    if (packed.subarray(at, at + JAVA_MAGIC.length).equals(JAVA_MAGIC)) {
      at += JAVA_HEADER;
      continue;
    }
    const begin = at + 4;
    const end = begin > packed.length ? begin : begin + packed.readUInt32BE(at);
    if (end > packed.length) throw new Error("damaged Snappy data: a block ends too soon");
    blocks.push(packed.subarray(begin, end));
    at = end;
  }
  return blocks;
}
