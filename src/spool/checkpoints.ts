/**
 * One life of one file: from when it was first seen (or truncated, or rewritten) to its end. Offsets and
 * record ids count within it.
 */
export interface Generation {
  /** Row in the spool's database. */
  readonly id: number;
  /** Hash of (source id, generation), 16 hex digits: the first half of record ids. */
  readonly key: string;
  readonly source: string;
  /** Where the file is now (a rename moves it). */
  path: string;
  readonly device: number;
  readonly inode: number;
  /** How many of the first bytes the fingerprint covers (it grows with the file), and their hash. */
  fingerprintLength: number;
  fingerprint: string;
  /** Bytes that are durable in the spool. */
  offset: number;
  /** Hash of the bytes just before `offset`: tells a file that was rewritten in place. */
  marker: string;
  /** Set when the file was read to its end for good. */
  ended: boolean;
  updated: number;
}

/** What a source knows of earlier runs. All writes are durable when the call returns. */
export interface Checkpoints {
  load(source: string): Generation[];
  create(
    of: Pick<
      Generation,
      "source" | "path" | "device" | "inode" | "fingerprint" | "fingerprintLength" | "offset" | "marker"
    >,
  ): Generation;
  /** Writes path, fingerprint and `ended` as they are now; the offset moves with the spool's blocks only. */
  save(generation: Generation): void;
  forget(generation: Generation): void;
}
