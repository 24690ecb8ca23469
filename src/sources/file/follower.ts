import type { FileHandle } from "node:fs/promises";
import type { Log } from "../../lib/log.ts";
import type { SourceState } from "../../model.ts";
import type { Multiline } from "../../multiline/options.ts";
import type { Generation } from "../../spool/checkpoints.ts";
import type { Chunk, GroupGuard } from "../source.ts";
import type { Buffers } from "./buffers.ts";

/** What a reader is given by the source, the same for all its files. */
export interface FollowerHost {
  readonly buffers: Buffers;
  readonly log: Log;
  /** A line without its end is handed on after this many ms without growth. */
  readonly partialAfter: number;
  /** How lines are put together; undefined: they are not. */
  readonly multiline: Multiline | undefined;
  /** Keeps watch over their expression. */
  readonly grouping: GroupGuard | undefined;
  /** Of a file without a byte order mark: a name of the Encoding Standard. */
  readonly encoding: string;
  /** Bytes beyond which a line is cut. */
  readonly maxLine: number;
  room(signal: AbortSignal): Promise<void> | undefined;
  emit(chunk: Chunk): Promise<void>;
  changed(): void;
  fail(error: unknown): void;
  save(generation: Generation): void;
  /** The file under the handle is not what was read: finds the rest of the old one, begins the new one. */
  copyOf(generation: Generation, position: number, tail: Buffer): Promise<Copy | undefined>;
  begin(path: string, handle: FileHandle): Promise<Generation>;
}

/** A copy of a truncated file that holds what was not read yet. */
export interface Copy {
  readonly handle: FileHandle;
  /** It was read to its end: it is not to be read as a file of its own. */
  remember(): Promise<void>;
  /** It is read no more. */
  release(): void;
}

/** Reads one open file to its end, again and again, until it is retired or stopped. */
export interface Follower {
  readonly generation: Generation;
  readonly state: SourceState;
  readonly reason: string | undefined;
  /** When it failed, as `performance.now()`. */
  readonly failedAt: number | undefined;
  readonly position: number;
  readonly size: number;
  readonly lastRead: number | undefined;
  /** Lines that were longer than the limit since it is read. */
  readonly cutLines: number;
  /** Something may have changed. */
  wake(): void;
  /** The path belongs to another file now: read to the end, then let go. */
  retire(): void;
  /** Resolves when all bytes there are now, also an unfinished line, are durable. */
  drain(): Promise<void>;
  /** Resolves when the file was let go. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
}
