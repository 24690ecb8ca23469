import type { Multiline } from "../multiline/options.ts";

/** The configuration after validation: defaults filled in, variables expanded, nothing left to check. */
export interface Config {
  readonly sources: ReadonlyMap<string, SourceConfig>;
  /** With the embedded store under the id `store`, unless it is switched off. */
  readonly sinks: ReadonlyMap<string, SinkConfig>;
  readonly monitor: MonitorConfig | false;
  readonly spool: SpoolConfig;
  /** Absolute path of the folder for spool, store, checkpoints and dead letters. */
  readonly dataDir: string;
}

export interface SourceConfig extends Reserved {
  readonly id: string;
  readonly type: string;
  /** Absolute: relative paths in `options` are taken from here. */
  readonly baseDir: string;
  /** As the source definition's schema gives them. */
  readonly options: unknown;
  /** `options` as the parser definition's schema gives them. */
  readonly parser: { readonly name: string; readonly options: unknown };
  readonly timezone: string | undefined;
  readonly ignoreOffset: boolean;
  /** By so much (ms) the clock that writes the log is ahead; absent: it is right. */
  readonly clockAhead?: number;
  /** How its lines are put together to records; absent: each is one. */
  readonly multiline?: Multiline;
  /** Ids of the sinks that get its records; undefined: all. */
  readonly sinks: readonly string[] | undefined;
  readonly enabled: boolean;
  /** The heading that views put it under. */
  readonly group?: string;
  /** The sink whose index a log view searches that is opened for it alone; absent: the store. */
  readonly searchIn?: string;
  /** A sink that it names, which only etcd can define, of which that is not known: nothing is read before it is. */
  readonly awaits?: string;
}

export interface SinkConfig extends Reserved {
  readonly id: string;
  readonly type: string;
  readonly baseDir: string;
  /** As the sink definition's schema gives them. */
  readonly options: unknown;
}

/** What sources and sinks have in common beside what is written in them. */
interface Reserved {
  /** Values from secret storage that are part of the options: never to be shown. */
  readonly secrets?: readonly string[];
  /** What the user has to allow before the part does anything (see `Waiting`); absent: nothing. */
  readonly consent?: readonly string[];
}

export interface MonitorConfig {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Host headers accepted beside the loopback names. */
  readonly allowHosts: readonly string[];
}

export interface SpoolConfig {
  readonly maxBytes: number;
  /** At the bound: make readers wait, or give up the oldest blocks (counted). */
  readonly whenFull: "block" | "dropOldest";
}

/** Which parts an edit touches. Equal parts keep their handles, positions and counters. */
export interface Diff {
  readonly sources: PartDiff;
  readonly sinks: PartDiff;
  readonly monitor: boolean;
  readonly spool: boolean;
}
export interface PartDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
}
