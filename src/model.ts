/** Severity of a record, lowest first. Access logs take theirs from the status: 4xx warn, 5xx error. */
export const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type Level = (typeof LEVELS)[number];

/** A value that a parser may put into a record's fields; nested values come from JSON lines only. */
export type FieldValue = string | number | boolean | null | readonly FieldValue[] | Fields;
export interface Fields {
  readonly [name: string]: FieldValue;
}

/** How finely the time of a record is known: what lies below is free for telling equal times apart. */
export type Precision = "s" | "ms" | "us" | "ns";

/**
 * Where a run of records comes from: one generation of one file (or one partition of a topic).
 * Shared by all records read from there, so that a record costs a pointer, not four strings.
 */
export interface Origin {
  /** The source's id in the configuration. */
  readonly source: string;
  /** Absolute path of the file, as it was named when the generation was opened. */
  readonly file: string;
  /** Hash of (source id, file generation), 16 hex digits: the first half of each record's id. */
  readonly key: string;
}

/** One event. Unparsed lines are records too: `error` says why, `fields` is empty, `message` is the line. */
export interface LogRecord {
  readonly origin: Origin;
  /** Byte offset of the line's first byte in its generation. */
  readonly offset: number;
  /** Whole milliseconds since the epoch. */
  readonly time: number;
  /** Nanoseconds within that millisecond, 0 to 999,999. */
  readonly nanos: number;
  readonly precision: Precision;
  readonly level: Level | undefined;
  readonly message: string;
  readonly fields: Fields;
  /** The line as it was read, without its line end. */
  readonly raw: string;
  /** Why the line did not parse. */
  readonly error: string | undefined;
  /** An identity that it brought with it: a message that was sent twice has it twice. Absent: its place is its identity. */
  readonly id?: string;
  /** Bytes that it takes in the spool, where its offset counts no bytes. */
  readonly size?: number;
  /** It was cut short when it was read: it is longer than the bounds of its source. Also the field `truncated`. */
  readonly cut?: true;
}

/**
 * The identity a replay reproduces: the hash of (source, generation) and the byte offset. The offset is
 * appended rather than hashed in: it can't collide within a file, and costs no hash a line.
 */
export function recordId(record: LogRecord): string {
  return record.id ?? `${record.origin.key}-${record.offset.toString(36)}`;
}

/** What moves between stages: the records of one durable block, in the order of the file. */
export interface Batch {
  /** The spool's number of the block: rises by one a block over all sources. */
  readonly seq: number;
  readonly source: string;
  /** Ids of the sinks it is for, as its source was routed when it was read; undefined: all. */
  readonly sinks: readonly string[] | undefined;
  readonly records: readonly LogRecord[];
  /** Row of the file generation it was read from, in the spool's database, and the block's place in it. */
  readonly generation: number;
  readonly start: number;
  /** Raw bytes the records were read from, line ends included. */
  readonly bytes: number;
  /** When the block was read, ms since the epoch. */
  readonly observed: number;
}

/** `consent`: it does nothing until the user allows what it wants. */
export type SourceState = "starting" | "watching" | "waiting" | "consent" | "paused" | "stopped" | "failed";
/** `paused`: someone wants nothing to be sent; what is read waits in the spool. */
export type SinkState = "starting" | "running" | "retrying" | "consent" | "paused" | "failed" | "stopped";

/** Counters only grow within a run; rates are per second over the last snapshot interval. */
export interface FlowFigures {
  readonly lines: number;
  readonly bytes: number;
  /** Lines that no parser took. */
  readonly unparsed: number;
  /** Records of level error or fatal. */
  readonly errors: number;
  readonly linesPerSecond: number;
  readonly bytesPerSecond: number;
}

/** So many records, and the bytes they were read from. */
export interface Amount {
  readonly records: number;
  readonly bytes: number;
}

/** What became of what was read for a sink since it exists: `routed = delivered + leftOut + dead + dropped + waiting`. */
export interface SinkAccount {
  readonly sink: string;
  readonly routed: Amount;
  readonly delivered: Amount;
  /** Passed over by its own options (`unparsed: skip`); absent: none. */
  readonly leftOut?: Amount;
  /** Refused for good by the destination, kept as dead letters. */
  readonly dead: Amount;
  /** It will never get them: given up at the spool's bound, or in damaged blocks. */
  readonly dropped: Amount;
  readonly waiting: Amount;
}

/** What was read of a file generation or a source over all runs, counted as it became durable. */
export interface Account {
  /** Records: lines, but for those that belong together. */
  readonly lines: number;
  /** How many of them no parser took. */
  readonly unparsed: number;
  readonly bytes: number;
  /** Bytes that are no part of a record: holes, rests of lines that were cut, line ends of flushed lines. */
  readonly skipped: number;
  /**
   * Bytes of files between where reading began and where it stands that no reader says it read or skipped: none,
   * unless one jumped over some; below 0 where it read some twice.
   */
  readonly missing: number;
  readonly sinks: readonly SinkAccount[];
}

/** Of one file generation: `bytes + skipped + missing = offset - began`. */
export interface FileAccount extends Account {
  /** Where reading began. */
  readonly began: number;
  readonly offset: number;
}

/** What a sink's account can't tell the fate of: nothing, unless records were lost or counted twice. */
export function remainderOf(account: Omit<SinkAccount, "sink">): Amount {
  const { routed, delivered, leftOut, dead, dropped, waiting } = account;
  const rest = { ...routed };
  for (const part of [delivered, leftOut, dead, dropped, waiting]) {
    rest.records -= part?.records ?? 0;
    rest.bytes -= part?.bytes ?? 0;
  }
  return rest;
}

/** Whether all sums close. */
export function closes(account: Pick<Account, "missing" | "sinks">): boolean {
  if (account.missing !== 0) return false;
  return account.sinks.every((sink) => {
    const { records, bytes } = remainderOf(sink);
    return records === 0 && bytes === 0;
  });
}

export interface FileFigures extends FlowFigures {
  readonly path: string;
  /** The path names no file but a pipe, a command or an address. */
  readonly stream?: true;
  readonly state: SourceState;
  readonly reason?: string;
  /** It fails on purpose: this engine writes it itself. */
  readonly leftOut?: true;
  /** Row of its generation in the spool's database; absent before it was met. */
  readonly generation?: number;
  /** What was read of the generation over all runs, and what became of it; absent where that is not known. */
  readonly account?: FileAccount;
  /** Bytes read and committed of the present generation, and its size when last looked at. */
  readonly offset: number;
  readonly size: number;
  /**
   * Lines longer than `maxLineBytes`, and groups that reached a limit of `multiline`, cut there and marked
   * `truncated`, since the file is read; absent: none.
   */
  readonly cutLines?: number;
  /** Messages that were lost before they could be read, as far as anyone tells, since it is read; absent: none. */
  readonly dropped?: number;
  /** Of a partition of a topic: the offset of the message that is read next, and how many are there from it on. */
  readonly next?: number;
  readonly lag?: number;
  /** Messages that can be no records, put aside with the reason since it is read; absent: none. */
  readonly aside?: number;
  /** When the last line was read, ms since the epoch. */
  readonly lastRead?: number;
  /** For a source that finds formats out by itself: what it took this file for, `auto (json)`. */
  readonly parser?: string;
}

export interface SourceFigures extends FlowFigures {
  readonly id: string;
  readonly type: string;
  /** The heading that its configuration puts it under; absent: none. */
  readonly group?: string;
  /** The sink whose index a log view searches that is opened for it alone; absent: the store. */
  readonly searchIn?: string;
  /** Its configuration switches it off: nothing is read of it unless someone starts it by its name. */
  readonly off?: true;
  readonly state: SourceState;
  readonly reason?: string;
  /** What the user has to allow first: servers or a command line; absent: nothing. */
  readonly consent?: readonly string[];
  /** It reads nothing before etcd has told what this sink is. */
  readonly awaits?: string;
  /** It has come to its end by itself, and gives no more unless it is started again. */
  readonly ended?: true;
  /** The parser's name; for `auto`, what it took the files for: `auto (json, nginx)`. */
  readonly parser: string;
  readonly files: readonly FileFigures[];
  /** What was ever read of it, and what became of it. */
  readonly account?: Account;
}

/** What keeps writes from a destination that fails (engine/breaker.ts). */
export interface BreakerFigures {
  readonly state: "closed" | "open" | "half-open";
  /** When it came into this state, ms since the epoch. */
  readonly since: number;
  /** Failures in a row. */
  readonly failures: number;
  /** When the next write may go, ms since the epoch; absent: at once. */
  readonly nextTryAt?: number;
}

/**
 * How a sink fares, from good to bad: it takes what it gets; nothing is sent to it (paused, or not allowed yet); writes
 * failed and are tried again; its breaker is open; it refuses all that is sent.
 */
export const HEALTHS = ["ok", "paused", "retrying", "open", "failed"] as const;
export type Health = (typeof HEALTHS)[number];

export interface SinkFigures {
  readonly id: string;
  readonly type: string;
  readonly state: SinkState;
  /** What the user has to allow before anything is sent: servers as `scheme://host:port`; absent: nothing. */
  readonly consent?: readonly string[];
  /** Where records go, with secrets masked. */
  readonly target: string;
  /** Whoever answers there need not prove who it is: certificates are not verified. */
  readonly unverified?: true;
  /** Records that it took in their turn. */
  readonly delivered: number;
  /** Records that it refused for good in their turn; a replay takes nothing off. */
  readonly dead: number;
  /** Of the dead letters, also of earlier runs, so many were taken after all, by a replay in this run. */
  readonly replayed: number;
  /** Dead letters that lie in its file now. */
  readonly deadWaiting: number;
  /** Bytes of letters that a replay under way has still to send; absent: none is. */
  readonly replaying?: number;
  /** Records it will never get: given up at the spool's bound, or in damaged blocks. */
  readonly dropped: number;
  /** Values of tags or labels that were written as `_other` in this run, beyond the sink's bound; absent: it has none. */
  readonly folded?: number;
  /** Of the delivered ones, so many were not sent: its options leave them out (`unparsed: skip`); absent: it takes all. */
  readonly leftOut?: number;
  readonly retries: number;
  readonly breaker: BreakerFigures;
  readonly inFlight: number;
  /** Records read but not yet delivered here, their raw bytes, and the age of the oldest in ms. */
  readonly lagRecords: number;
  readonly lagBytes: number;
  readonly lagMs: number;
  readonly lastError?: string;
  readonly lastErrorAt?: number;
}

/** Fill of one bounded place between stages, in bytes and records. */
export interface ChannelFigures {
  readonly name: string;
  readonly records: number;
  readonly bytes: number;
  readonly capacity: number;
}

export interface SpoolFigures {
  readonly blocks: number;
  readonly bytes: number;
  readonly capacity: number;
  /** Lines given up at the bound that at least one sink lacks for it. */
  readonly dropped: number;
  /** Lines in blocks that could not be read back: they were set aside. */
  readonly damaged: number;
}

/** Plain figures of everything, replaced whole; views keep no other state. */
/** The part of the configuration that comes from etcd. */
export interface EtcdFigures {
  /** `down`: not to be reached, or it refuses; what was last read stays. */
  readonly state: "connecting" | "connected" | "down";
  /** Addresses, host and port. */
  readonly members: readonly string[];
  /** The key or prefix that is followed. */
  readonly at: string;
  /** When the state began, in ms since the epoch. */
  readonly since: number;
  /** The store's revision that is in force; 0 before the first answer. */
  readonly revision: number;
  readonly keys: number;
  /** What is in force was kept from an earlier run: etcd was not reached yet. */
  readonly kept: boolean;
  /** Nothing was: what etcd defines does not run. */
  readonly nothing?: boolean;
  /** Keys whose present value was refused: what they held before stays. */
  readonly refused: readonly string[];
  /** Why it is down. */
  readonly error?: string;
}

export interface Snapshot {
  readonly at: number;
  readonly startedAt: number;
  readonly totals: FlowFigures & { readonly sinkErrors: number };
  /** The `tps` of /monitor: lines handled between the last two 5-second ticks, per second. */
  readonly tps: number;
  readonly sources: readonly SourceFigures[];
  readonly sinks: readonly SinkFigures[];
  readonly channels: readonly ChannelFigures[];
  readonly spool: SpoolFigures;
  readonly store?: { readonly records: number; readonly bytes: number };
  readonly monitor?: { readonly address?: string; readonly error?: string };
  /** Where a part of the configuration comes from etcd. */
  readonly etcd?: EtcdFigures;
  /** These are the figures of another process, which holds the data folder; its id, if it told. */
  readonly followed?: { readonly process: number | undefined };
  /** Standing faults that belong to no source or sink, and expressions of sources that were stopped. */
  readonly problems: readonly string[];
}
