import type { z } from "zod";
import type { Log } from "../lib/log.ts";
import type { Verdict, Watchdog } from "../lib/watchdog.ts";
import type { FileFigures, SourceState } from "../model.ts";
import type { Multiline } from "../multiline/options.ts";
import type { Checkpoints, Generation } from "../spool/checkpoints.ts";

/**
 * A line that is longer than this is cut unless its source says otherwise, and the rest of it is skipped, so that
 * it can't fill the memory.
 */
export const MAX_LINE_BYTES = 1 << 20;

/** How bytes become lines: kept with their block, so that a sink that lags gets the same records. */
export interface Framing {
  /** A name of the Encoding Standard; absent: UTF-8. */
  readonly encoding?: string | undefined;
  /** The last line is longer than the source's limit and ends where it was cut. */
  readonly cut?: boolean | undefined;
  /** No lines but messages, as `lib/messages.ts` packs them. */
  readonly messages?: boolean | undefined;
  /** Lines are messages that held line ends, one a line as `escapeMessage` writes them. */
  readonly escaped?: boolean | undefined;
}

/** Complete lines from one place: a run of bytes of one file generation. */
export interface Chunk extends Framing {
  readonly generation: Generation;
  /** Byte offset of the first byte within the generation. */
  readonly start: number;
  /**
   * The bytes, ending with a line end, unless the generation ended or was flushed without one, or the last line
   * was cut.
   */
  readonly bytes: Buffer;
  /**
   * Bytes that its reader passed over on purpose since the chunk before, or since reading was taken up: a byte order
   * mark, a hole, the rest of a line that was cut, the end of one that was flushed. Absent: none.
   */
  readonly skipped?: number;
  /** How many records it is, where lines are put together; absent: one a line. */
  readonly records?: number;
  /** Each line is a record although the source puts lines together: its expression was stopped. */
  readonly apart?: boolean;
  /** Kept with the position after the chunk: the source's means to recognise the place again. */
  readonly marker: string;
  /** When they were read, ms since the epoch. */
  readonly observed: number;
}

/** A message that can be no record. */
export interface Aside {
  /** Where it is from: `topic[3]`. */
  readonly path: string;
  readonly offset: number;
  /** Ms since the epoch. */
  readonly time: number;
  readonly reason: string;
  readonly key?: string;
  /** How long it is, and the beginning of it. */
  readonly bytes?: number;
  readonly value?: string;
}

/** Why a file is not read, and where the reason lies: the file itself or a folder around it. */
export interface Refusal {
  readonly place: string;
  readonly reason: string;
}

/** Where the expression was stopped that puts lines together. */
export interface GroupStop extends Verdict {
  readonly pattern: string;
  readonly file: string;
  /** Of the line, in its file. */
  readonly offset: number;
  /** Its first characters. */
  readonly line: string;
}

/** Keeps the expression that puts a source's lines together from holding everything up. */
export interface GroupGuard {
  readonly watchdog: Watchdog;
  /** It was stopped, in whichever file of the source: as long as this is true each line is a record of its own. */
  readonly stopped: boolean;
  /** It was stopped just now: lines from there on are handed on `apart`. */
  stop(at: GroupStop): void;
}

/** What a source is given. `emit` settles when the chunk is durable; a source waits for room first. */
export interface SourceContext {
  readonly id: string;
  readonly log: Log;
  readonly checkpoints: Checkpoints;
  /**
   * How lines are put together: chunks end where a group does, or was cut. A source that can't leaves each group
   * to its chunk.
   */
  readonly multiline?: Multiline | undefined;
  /** Keeps watch over the expression of `multiline`; absent: nobody does. */
  readonly grouping?: GroupGuard;
  /**
   * Resolves when there is room for another chunk: the reader waits here, the log file is the last buffer. Also
   * when `signal` is aborted: a source that is stopped must not wait for a sink that is down.
   */
  room(signal: AbortSignal): Promise<void> | undefined;
  /** Tells files that must not be read because this engine writes them itself; looks at links and contents. */
  refusal?(path: string): Refusal | undefined;
  /**
   * Makes what reads the times that the lines of one file carry, as its records will have them: ms since the epoch,
   * undefined of one that carries none. Lines are given without their end.
   */
  timesIn?(): (line: string) => number | undefined;
  /** Hands a chunk on. Chunks of a generation must be handed on in order; resolves once durable. */
  emit(chunk: Chunk): Promise<void>;
  /**
   * Keeps messages that can be no records, with the reason, where people find them. Resolves once they are on the
   * disk; no position behind them may become durable before.
   * @param stop ends the wait for a disk that takes nothing
   * @throws when it is stopped before
   */
  putAside?(letters: readonly Aside[], stop: AbortSignal): Promise<void>;
  /** Takes the secrets of the source's options out of a text that is to be shown; absent: it has none. */
  conceal?(text: string): string;
  /** Called when a state changed, so that a snapshot is taken soon. */
  changed(): void;
  /** A fault that ends the source: the supervisor restarts it with backoff. */
  fail(error: unknown): void;
}

/** A running origin of lines. `start` once; `stop` resolves when nothing will be emitted any more. */
export interface Source {
  start(): Promise<void>;
  stop(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Reads all there is now to its end and resolves when it is durable (`--once`). */
  drain(): Promise<void>;
  /** `ended`: it has come to its end by itself, and all that it gave is durable. */
  state(): { readonly state: SourceState; readonly reason?: string; readonly ended?: true };
  files(): readonly SourceRow[];
}

/** What a source tells of one of the places it reads from. */
export type SourceRow = Pick<
  FileFigures,
  | "path"
  | "stream"
  | "state"
  | "reason"
  | "leftOut"
  | "generation"
  | "offset"
  | "size"
  | "lastRead"
  | "cutLines"
  | "dropped"
  | "next"
  | "lag"
  | "aside"
>;

export interface SourceDefinition<Options extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly options: Options;
  /** It gives whole records: lines are not put together. */
  readonly whole?: true;
  /** What reads its lines unless the configuration says otherwise; absent: `auto`. */
  readonly parser?: string;
  /** Options whose texts may hold `${}` that is not ours. */
  readonly templates?: readonly string[];
  /** Makes relative paths absolute, once, when the configuration is read. */
  resolve?(options: z.output<Options>, baseDir: string): z.output<Options>;
  /** Folders the source reads from: in an untrusted workspace they must lie inside it. Absent: refused there. */
  roots?(options: z.output<Options>): readonly string[];
  /** What works as it is written, but may not be meant: warnings, each with the option that it is about. */
  doubts?(options: z.output<Options>): readonly { readonly option: string; readonly message: string }[];
  /**
   * What would fail at once where it is run, found without reading anything: each with the option to mend. Ends
   * within `patience` ms.
   */
  check?(options: z.output<Options>, patience: number): Promise<readonly SourceFault[]>;
  /** What it is to read and can't find at present. */
  unmatched?(options: z.output<Options>): Promise<readonly Unmatched[]>;
  create(options: z.output<Options>, context: SourceContext): Source;
}

/** What is wrong with an option at present; a warning where it may come right by itself. */
export interface SourceFault {
  readonly severity: "error" | "warning";
  readonly option: string;
  readonly message: string;
}

/** A pattern that nothing matches, and the folder that it was looked for in. */
export interface Unmatched {
  readonly pattern: string;
  readonly folder: string;
  /** Why nothing ever will, or why what matches is not read, and what to write instead. */
  readonly reason?: string;
}
