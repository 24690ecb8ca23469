import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { reasonOf } from "../errors.ts";
import { createFramePacker, packing } from "../lib/packer.ts";

/** How a block's bytes are kept. Small ones (bytes) are not worth packing. */
export const RAW = 0;
export const ZSTD = 1;
const SMALL = 2 * 1024;
/** Of zstd: what is soon deleted is not worth more. */
const LEVEL = -3;
/** Up to here (bytes) the way to the thread pool and back costs more than packing does. */
const AT_ONCE = 16 * 1024;

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

/** What is known of a block that can't be read. */
type DamagedPart = Pick<Block, "seq" | "generation" | "config" | "lines"> & { readonly size: number };

/** A block that can't be made lines of again. */
export class DamagedBlock extends Error {
  override name = "DamagedBlock";
  readonly block: DamagedPart;
  constructor(block: DamagedPart, cause: unknown) {
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
   * Small blocks come back at once, the smallest as they are; others are packed on the thread pool. Never
   * rejects: a block that can't be packed is kept as it is, because those after it wait for it.
   */
  pack(bytes: Buffer): Packed | Promise<Packed>;
  close(): void;
}

export function createPacker(): Packer {
  const packer = createFramePacker(LEVEL);
  return {
    pack(bytes) {
      const raw = { codec: RAW, data: bytes };
      if (bytes.length < SMALL) return raw;
      if (bytes.length < AT_ONCE) return { codec: ZSTD, data: zstdCompressSync(bytes, packing(LEVEL)) };
      return packer.pack(bytes).then(
        (data) => ({ codec: ZSTD, data }),
        () => raw,
      );
    },
    close: () => packer.close(),
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
