import { counted } from "../lib/counted.ts";
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

/** Whether nobody gives it again: files and topics do, pipes, commands and senders of messages do not. */
export function isGone({ chunk: { generation, messages } }: Pick<Pending, "chunk">): boolean {
  return generation.inode === 0 && generation.device === 0 && messages !== true;
}

/** What becomes of what never was durable, in words. */
export function leftText(items: readonly Pick<Pending, "chunk" | "lines">[]): string {
  const gone = items.filter(isGone);
  const topics = items.filter(({ chunk }) => chunk.messages === true);
  const files = items.filter((item) => !gone.includes(item) && !topics.includes(item));
  const sum = (some: typeof items): number => some.reduce((total, { lines }) => total + lines, 0);
  const again = [
    ...(files.length > 0 ? [`${counted(sum(files), "line")} of files`] : []),
    ...(topics.length > 0 ? [`${counted(sum(topics), "message")} of topics`] : []),
  ];
  const lost = gone.map(({ chunk: { generation } }) => `${generation.path} (source ${generation.source})`);
  return [
    ...(again.length > 0 ? [`the next run reads ${again.join(" and ")} again`] : []),
    ...(gone.length > 0
      ? [
          `${counted(sum(gone), "line")} of ${[...new Set(lost)].join(", ")} can't be read again and ${sum(gone) === 1 ? "is" : "are"} lost`,
        ]
      : []),
  ].join("; ");
}
