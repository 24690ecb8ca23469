import type { Chunk } from "../sources/source.ts";
import type { Packed } from "./blocks.ts";

/** A chunk that is not durable yet. */
export interface Pending {
  readonly seq: number;
  readonly chunk: Chunk;
  readonly lines: number;
  readonly config: number;
  packed: Packed | undefined;
  readonly durable: (seq: number) => void;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Chunks on their way to the disk, in the order they were handed in. */
export interface PendingQueue {
  add(item: Pending): void;
  /** The longest run of packed ones from the front. */
  ready(): readonly (Pending & { readonly packed: Packed })[];
  /** Takes so many off the front. */
  shift(count: number): void;
  readonly all: readonly Pending[];
  /** Raw bytes and lines of all. */
  readonly bytes: number;
  readonly lines: number;
}

export function createPendingQueue(): PendingQueue {
  let items: Pending[] = [];
  let bytes = 0;
  let lines = 0;
  return {
    add(item) {
      items.push(item);
      bytes += item.chunk.bytes.length;
      lines += item.lines;
    },
    ready() {
      const first = items.findIndex(({ packed }) => !packed);
      return (first < 0 ? items : items.slice(0, first)) as (Pending & { packed: Packed })[];
    },
    shift(count) {
      for (const item of items.slice(0, count)) {
        bytes -= item.chunk.bytes.length;
        lines -= item.lines;
      }
      items = items.slice(count);
    },
    get all() {
      return items;
    },
    get bytes() {
      return bytes;
    },
    get lines() {
      return lines;
    },
  };
}
