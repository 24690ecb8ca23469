import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import { packLz4, unpackLz4 } from "./lz4.ts";

/** What kafkajs asks of a codec. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(packed: Buffer): Promise<Buffer>;
}

const packZstd = promisify(zstdCompress);
const unpackZstd = promisify(zstdDecompress);

export const zstdCodec = (): Codec => ({
  compress: ({ buffer }) => packZstd(buffer),
  decompress: (packed) => unpackZstd(packed),
});

export const lz4Codec = (): Codec => ({
  compress: async ({ buffer }) => packLz4(buffer),
  decompress: async (packed) => unpackLz4(packed),
});

/** One block without a frame, which brokers and every client take; Java's own clients write it in a frame. */
export const snappyCodec = (): Codec => ({
  compress: async ({ buffer }) => (await import("snappyjs")).default.compress(buffer),
  async decompress(packed) {
    const { default: snappy } = await import("snappyjs");
    return Buffer.concat(snappyBlocks(packed).map((block) => snappy.uncompress(block)));
  },
});

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
