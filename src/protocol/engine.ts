import type { LogRecord, Snapshot } from "../model.ts";
import type { EntryPlace, OptionPlace, SecretEdit, SecretPlace, SwitchPlace, TextEdit } from "./edits.ts";
import type { Explanation } from "./explain.ts";
import type { RemoteCall, RemoteTold } from "./remote.ts";
import type { Series, SeriesRequest } from "./series.ts";
import type { SentWords, TrialPreview } from "./trial.ts";

export type { Heat, HeatBand, Series, SeriesRequest, SinkSeries, SourceSeries } from "./series.ts";

/**
 * One place that configuration comes from. Lowest precedence first: settings, then the configuration file, then
 * etcd, then what was given on the command line (`arguments`).
 */
export interface Layer {
  /** For messages and for finding the place: user, workspace or folder settings, or the file's path. */
  readonly origin: "default" | "user" | "workspace" | "folder" | "file" | "etcd" | "arguments";
  /** Name of the workspace folder, for folder settings of a workspace with several folders. */
  readonly folder?: string;
  /** Relative paths are taken from here. */
  readonly baseDir: string;
  /** Values without the `logMonitor.` prefix: { sources, sinks, monitor, store, configFile }. */
  readonly values: unknown;
}

/** Everything the engine thread needs to work out the configuration; it validates, hosts do not. */
export interface ConfigInput {
  readonly layers: readonly Layer[];
  /** Workspace folders by name, for `${workspaceFolder}` and `${workspaceFolder:name}`. */
  readonly folders: readonly { readonly name: string; readonly path: string }[];
  readonly trusted: boolean;
  /** Spool, store, checkpoints, dead letters, when the configuration names no folder of its own. */
  readonly dataDir: string;
  /**
   * Servers (`scheme://host:port`) and command lines that the user allowed for this workspace. What a workspace
   * defines and isn't among them waits for consent. Absent: nobody is asked.
   */
  readonly allowed?: readonly string[];
  /** Warn of secrets that stand in plain in the configuration; `env`: there is no storage that they could be moved to. */
  readonly plainSecrets?: boolean | "env";
  /** Read files never seen from their start, whatever `from` says (`--once`). */
  readonly fromStart?: boolean;
}

/** A value that was refused: the old one stays in force. */
export interface ConfigIssue {
  readonly severity: "error" | "warning";
  /** What is wrong and what to do about it. */
  readonly message: string;
  /** For what has a remedy of its own: a secret that stands in plain can be moved. */
  readonly code?: "plainSecret";
  /** Name of the secret that is not set. */
  readonly missing?: string;
  /** Path of the value, e.g. ["sources", "access", "parser"]. */
  readonly path: readonly (string | number)[];
  readonly origin: Layer["origin"];
  readonly folder?: string;
  /** Path of that folder: two may have one name. */
  readonly baseDir?: string;
  /** For a configuration file: its path and the place in it, counted from 1. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** For what comes from etcd: its key. */
  readonly key?: string;
}

/** What an apply did: ids by fate. `changed` says why in words fit for the log. */
export interface ApplyResult {
  readonly issues: readonly ConfigIssue[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  /** Parts that wait for the user's consent; absent: none does. */
  readonly waiting?: readonly Waiting[];
}

/** A part of the configuration that does nothing until the user has allowed what it wants. */
export interface Waiting {
  /** `sinks.id` or `sources.id`. */
  readonly part: string;
  /** Servers as `scheme://host:port`, or a command line. */
  readonly wants: readonly string[];
}

/** Which sources a start, stop, pause or resume is for; all when absent. */
export interface Target {
  readonly source?: string;
}

/** What became of the wish to send a sink's dead letters again. */
export interface BeginReplay {
  /** So many are on their way. */
  readonly letters: number;
  /** Lines that can't be sent, by their number from 1, at most 100 of them; they stay in the file. */
  readonly bad: readonly { readonly line: number; readonly reason: string }[];
  /** Another replay has not ended yet: nothing was begun. */
  readonly underWay: boolean;
}

/** One sink, by its id. */
export interface SinkTarget {
  readonly sink: string;
}

/** What became of trying a destination. */
export interface SinkTest extends SinkTarget {
  readonly good: boolean;
  /** Who answered, or what is wrong and what to do about it; secrets masked. */
  readonly text: string;
}

/** A sink that is in no configuration yet. */
export interface SinkDraft {
  readonly id: string;
  /** As settings would have it. */
  readonly value: unknown;
  /** Relative paths are taken from here. */
  readonly baseDir: string;
  readonly dataDir: string;
  readonly folders: ConfigInput["folders"];
}

/** What is wrong with one of its options, and what to do about it; `path` begins at the sink. */
export interface SinkFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The newest records as a sink would be sent them, to be read. */
export interface SinkPreview extends SinkTarget {
  readonly text: string;
}

/** A time of which the embedded store's records are sent again, in ms since the epoch; `until` is exclusive. */
export interface ReplaySince extends SinkTarget {
  readonly since: number;
  readonly until?: number;
  /** Also to a sink that does not go by ids: it gets them a second time. */
  readonly twice?: boolean;
}

/** `twice`: nothing was sent, as the sink would have them twice and that was not asked for. */
export interface Sent {
  readonly records: number;
  readonly twice: boolean;
}

/** A row of "show checkpoints" and of `inspect`. */
export interface CheckpointRow {
  readonly source: string;
  readonly path: string;
  readonly generation: string;
  readonly offset: number;
  readonly size: number | undefined;
  readonly updated: number;
}

/** What `auto` makes of a file's first lines: its pick as `auto (json)`, or `auto` when it has none yet. */
export interface Detection {
  readonly parser: string;
  readonly lines: number;
}

/** Host → engine thread. */
/** A line of a file, counted from 1. */
export interface LineQuery {
  readonly file: string;
  readonly line: number;
}

/** Where a line is, in each source that reads or read its file. */
export interface LineTrace extends LineQuery {
  readonly fates: readonly LineFate[];
}

/**
 * `unread`: it stands beyond where the file was read to. `before`: reading began behind it. `skipped`: it is part
 * of no record. `read`: each sink tells the rest.
 */
export interface LineFate {
  readonly source: string;
  /** The first half of its records' ids. */
  readonly generation: string;
  readonly state: "unread" | "before" | "skipped" | "read";
  /** Byte offsets of the line, of where reading began and of where it stands. */
  readonly offset: number;
  readonly began: number;
  readonly readTo: number;
  /** Of the record that the line is in, and where that begins. */
  readonly id?: string;
  readonly record?: number;
  readonly sinks: readonly SinkFate[];
}

/**
 * `paused`, `consent`: it waits for someone who resumes or allows the sink. `resending`: refused, and on its way again. `unsure`: the sink has passed it, but lacks records of this file
 * that were given up, or refused and not kept. `earlier`: read before there was the sink.
 */
export interface SinkFate {
  readonly sink: string;
  readonly state:
    | "waiting"
    | "paused"
    | "consent"
    | "delivered"
    | "leftOut"
    | "dead"
    | "resending"
    | "damaged"
    | "unsure"
    | "earlier"
    | "notRouted";
  /** Why it waits, was left out or refused, or can't be read; what is to be allowed. */
  readonly reason?: string;
  /** The same where it is the engine's own finding, to be said in another language; the reasons of others are theirs. */
  readonly why?: FateCause;
}

/**
 * `unparsed`, `fieldless`: left out by the sink's options, as it did not parse or has none of its fields. `options`:
 * perhaps left out by them. `gone`: so many records of the file were refused, of which so many letters are gone.
 */
export type FateCause =
  | { readonly code: "unparsed" | "fieldless" | "options" }
  | { readonly code: "gone"; readonly refused: number; readonly gone: number };

/** A record as the store has it, and its id. */
export interface RecordQuery {
  readonly id: string;
  readonly record: LogRecord;
}

export type EngineCalls = {
  configure: [ConfigInput, ApplyResult];
  start: [Target, void];
  stop: [Target, void];
  pause: [Target | SinkTarget, void];
  resume: [Target | SinkTarget, void];
  /** Forgets the waits of a sink: it tries at once. */
  resetSink: [SinkTarget, void];
  /** Sends a sink's dead letters again, as they stand in its file now. */
  replayDead: [SinkTarget, BeginReplay];
  testSink: [SinkTarget, SinkTest];
  cancelTest: [SinkTarget, void];
  checkDraft: [SinkDraft, readonly SinkFault[]];
  testDraft: [SinkDraft, SinkTest];
  /** What it would be sent of the newest records; undefined where it is no sink yet. */
  previewDraft: [SinkDraft & { readonly words: SentWords }, TrialPreview | undefined];
  previewSink: [SinkTarget, SinkPreview];
  replaySince: [ReplaySince, Sent];
  /** Where a sink's dead letters are. */
  deadFile: [SinkTarget, string];
  snapshot: [undefined, Snapshot];
  series: [SeriesRequest, Series];
  checkpoints: [undefined, readonly CheckpointRow[]];
  /** The folder that the engine runs on; its embedded store is read from there. */
  dataFolder: [undefined, string];
  /** Where a line of a file is. */
  whereIs: [LineQuery, LineTrace];
  /** What became of a record at each sink. */
  fates: [RecordQuery, readonly SinkFate[]];
  /** A search in the index of a sink; answers as the query thread does. */
  remote: [RemoteCall, unknown];
  /** How a secret is moved out of a text. */
  extractSecret: [SecretPlace, SecretEdit];
  entryEdits: [EntryPlace, readonly TextEdit[] | undefined];
  switchEdits: [SwitchPlace, readonly TextEdit[] | undefined];
  optionEdits: [OptionPlace, readonly TextEdit[] | undefined];
  /** Where each value in force comes from. */
  explain: [undefined, Explanation];
  /** A configuration file of the old layouts in today's. */
  convert: [{ readonly file: string }, { readonly text: string; readonly warnings: readonly string[] }];
  /** Answered at once by a thread that is well. */
  ping: [undefined, void];
  /** Flush, close everything, then the thread may be ended. */
  close: [undefined, void];
};
export type EngineNotices = Record<never, never>;

/** Engine thread → host. */
export type HostCalls = {
  /** A secret of the editor's storage, by its name. */
  secret: [string, string | undefined];
};
export type HostNotices = {
  /** At most 4 a second, and only when something changed. */
  snapshot: Snapshot;
  log: { readonly level: "debug" | "info" | "warn" | "error"; readonly message: string };
  remote: RemoteTold;
  /** The configuration file changed and was applied (or refused). */
  reconfigured: ApplyResult;
};
