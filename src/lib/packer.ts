import { constants, createZstdCompress } from "node:zlib";

/**
 * How bytes are packed: with a checksum, so that damage is found when they are read.
 * @param level of zstd: 1 is quick; -3 a third quicker, and a third larger
 */
export function packing(level: number) {
  return { params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 } };
}

/** Packs one run of bytes after the other on the thread pool; each result is a whole zstd frame. */
export interface FramePacker {
  pack(bytes: Uint8Array): Promise<Buffer>;
  close(): void;
}

/**
 * One compressor for all: a new one each time costs more on this thread than packing does on the pool, and
 * its memory, counted against the heap, brings on collections.
 */
export function createFramePacker(level: number): FramePacker {
  const stream = createZstdCompress({
    ...packing(level),
    chunkSize: 64 * 1024,
  });
  let parts: Buffer[] = [];
  let failure: Error | undefined;
  const waiting = new Set<(error: Error) => void>();
  stream.on("data", (part: Buffer) => parts.push(part));
  stream.on("error", (error) => {
    failure = error;
    for (const reject of waiting) reject(error);
    waiting.clear();
  });
  return {
    pack(bytes) {
      if (failure) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        waiting.add(reject);
        stream.write(bytes);
        stream.flush(constants.ZSTD_e_end, () => {
          waiting.delete(reject);
          const [first, ...more] = parts;
          parts = [];
          if (first) resolve(more.length === 0 ? first : Buffer.concat([first, ...more]));
          else reject(new Error("the compressor gave nothing"));
        });
      });
    },
    close: () => stream.destroy(),
  };
}
