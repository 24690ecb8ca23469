import { constants, createZstdCompress, zstdDecompressSync } from "node:zlib";
import { reasonOf } from "../errors.ts";

/** How a block's bytes are kept. Small ones are not worth a trip to the thread pool. */
export const RAW = 0;
export const ZSTD = 1;
const SMALL = 2048;

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

/** A block that can't be made lines of again. */
export class DamagedBlock extends Error {
  override name = "DamagedBlock";
  readonly block: Pick<Block, "seq" | "config" | "lines">;
  constructor(block: Pick<Block, "seq" | "config" | "lines">, cause: unknown) {
    super(reasonOf(cause), { cause });
    this.block = block;
  }
}

export interface Packed {
  readonly codec: number;
  readonly data: Uint8Array;
}

/** Packs blocks one after the other; each result is a whole zstd frame. */
export interface Packer {
  /**
   * Small blocks come back at once, as they are; others are packed on the thread pool. Never rejects: a block
   * that can't be packed is kept as it is, because those after it wait for it.
   */
  pack(bytes: Buffer): Packed | Promise<Packed>;
  close(): void;
}

/**
 * One compressor for all blocks: a new one a block costs more on this thread than packing does on the pool,
 * and its memory, counted against the heap, brings on collections.
 */
export function createPacker(): Packer {
  const stream = createZstdCompress({
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
    chunkSize: 64 * 1024,
  });
  let parts: Buffer[] = [];
  let failed = false;
  const waiting = new Set<() => void>();
  stream.on("data", (part: Buffer) => parts.push(part));
  stream.on("error", () => {
    failed = true;
    for (const giveUp of waiting) giveUp();
    waiting.clear();
  });
  return {
    pack(bytes) {
      const raw = { codec: RAW, data: bytes };
      if (bytes.length < SMALL || failed) return raw;
      return new Promise((resolve) => {
        const giveUp = (): void => resolve(raw);
        waiting.add(giveUp);
        stream.write(bytes);
        stream.flush(constants.ZSTD_e_end, () => {
          waiting.delete(giveUp);
          const [first, ...more] = parts;
          parts = [];
          if (first)
            resolve({ codec: ZSTD, data: more.length === 0 ? first : Buffer.concat([first, ...more]) });
          else giveUp();
        });
      });
    },
    close: () => stream.destroy(),
  };
}

/**
 * @param length how many bytes it held
 * @throws when the data is torn or damaged
 */
export function unpack(codec: number, data: Uint8Array, length: number): Buffer {
  const bytes =
    codec === ZSTD
      ? zstdDecompressSync(data, { maxOutputLength: Math.max(1, length) })
      : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length !== length) throw new Error(`${bytes.length} bytes where there were ${length}`);
  return bytes;
}
