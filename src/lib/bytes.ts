import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { extname } from "node:path";
import type { Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";

const STEP = 1 << 20;
const UNPACKERS: Readonly<Record<string, () => Transform>> = {
  ".gz": () => createGunzip(),
  ".zst": () => createZstdDecompress(),
};

/** The bytes of a log, also of one that was packed since. */
export interface Bytes {
  readonly path: string;
  readonly packed: boolean;
  /** Those from one offset up to another, a chunk at a time; fewer where they end before. */
  chunks(from: number, to: number): AsyncGenerator<Buffer, void, void>;
  /** The same as one. */
  read(from: number, length: number): Promise<Buffer>;
  /** How many there are now; undefined for packed ones, where it is not known. */
  size(): Promise<number | undefined>;
  close(): Promise<void>;
}

/** Whether a file is packed, and can be read all the same. */
export function canUnpack(path: string): boolean {
  return Object.hasOwn(UNPACKERS, extname(path).toLowerCase());
}

/** @throws what the file system throws; for what is packed in no way that is known its bytes are as they stand */
export async function openBytes(path: string): Promise<Bytes> {
  const handle = await open(path, "r");
  const unpacker = UNPACKERS[extname(path).toLowerCase()];

  async function* plain(from: number, to: number): AsyncGenerator<Buffer, void, void> {
    for (let at = from; at < to; ) {
      const length = Math.min(STEP, to - at);
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, at);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  async function* unpacked(from: number, to: number, unpack: Transform): AsyncGenerator<Buffer, void, void> {
    const packed = createReadStream(path, { highWaterMark: STEP });
    packed.on("error", (error) => unpack.destroy(error));
    packed.pipe(unpack);
    let at = 0;
    try {
      for await (const chunk of unpack as AsyncIterable<Buffer>) {
        const [begin, end] = [Math.max(0, from - at), Math.min(chunk.length, to - at)];
        if (begin < end) yield chunk.subarray(begin, end);
        at += chunk.length;
        if (at >= to) return;
      }
    } finally {
      packed.destroy();
      unpack.destroy();
    }
  }

  const chunks = (from: number, to: number) => (unpacker ? unpacked(from, to, unpacker()) : plain(from, to));
  return {
    path,
    packed: unpacker !== undefined,
    chunks,
    async read(from, length) {
      const pieces: Buffer[] = [];
      for await (const chunk of chunks(from, from + length)) pieces.push(chunk);
      return Buffer.concat(pieces);
    },
    size: async () => (unpacker ? undefined : (await handle.stat()).size),
    close: () => handle.close(),
  };
}
