import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { reasonOf } from "../errors.ts";
import { isBusy, openDatabase } from "../lib/database.ts";
import { makeFolder } from "../lib/folders.ts";
import { type Log, silent } from "../lib/log.ts";
import { createFramePacker } from "../lib/packer.ts";
import { createSteadyClock } from "../lib/steady-clock.ts";
import type { LogRecord } from "../model.ts";
import { noteRemoved } from "./removed.ts";
import { segmentName, segmentNames, VERSION } from "./schema.ts";
import { openSegment, PAGES, type Segment } from "./segment.ts";

/** The bound of bytes is kept by dropping one fifth, the bound of age one quarter: at most ten segments. */
const BY_BYTES = 5;
const BY_AGE = 4;
/** Of zstd. */
const LEVEL = 1;
const PRUNE_EVERY = 60_000;

export interface SegmentsOptions {
  /** Bytes that the whole store may take on disk. */
  readonly maxBytes: number;
  /** Milliseconds that records are kept after they were written; Infinity keeps them. */
  readonly maxAge: number;
  /** Bytes of a segment; a fifth of `maxBytes` when absent. */
  readonly segmentBytes?: number;
  readonly now?: () => number;
  readonly log?: Log;
}

/** The writer's side of the store: one at a time on a folder, readers as many as you like. */
export interface Segments {
  /**
   * Writes records; each is there once, however often it comes. One call at a time. Durable against a kill of
   * the process when it resolves (a power cut may take back the last commits). Rejects with what SQLite
   * throws: nothing is lost, the same records can be written again.
   * @returns how many of them were new
   */
  write(records: readonly LogRecord[]): Promise<number>;
  /** Drops what is beyond the bounds; `write` does so by itself. */
  prune(): void;
  figures(): { readonly segments: number; readonly records: number; readonly bytes: number };
  close(): void;
}

interface Sealed {
  readonly name: string;
  /** Of the format: those of another are kept, by age and bytes, but not searched. */
  readonly version: number;
  readonly written: number;
  readonly records: number;
  readonly bytes: number;
  readonly marks: ReadonlyMap<string, number>;
}

/** Opens the store in a folder, which is made. */
export function openSegments(folder: string, options: SegmentsOptions): Segments {
  const { maxBytes, maxAge, now = createSteadyClock(), log = silent } = options;
  const segmentBytes = options.segmentBytes ?? maxBytes / BY_BYTES;
  makeFolder(folder);
  const packer = createFramePacker(LEVEL);

  /** Closed ones, oldest first. */
  const sealed: Sealed[] = [];
  /** Largest offset of each origin over all segments. */
  const marks = new Map<string, number>();
  let active: { readonly name: string; readonly segment: Segment; records: number } | undefined;
  /**
   * The one whose last write failed, or that could not be made: what it had in memory was ahead of its file, so
   * it is read again. A new one for each try would litter the folder as long as the disk is full.
   */
  let failed: { readonly name: string; readonly records: number } | undefined;
  let serial = 0;
  let pruned = 0;

  for (const name of segmentNames(readdirSync(folder))) {
    serial = Number(name.slice(0, 8));
    const found = load(name);
    if (found) sealed.push(found);
  }
  const last = sealed.at(-1);
  if (last && last.version === VERSION && Number(last.name.slice(0, 8)) === serial) {
    sealed.pop();
    activate(last.name, last.records);
  }
  for (const segment of sealed) raise(marks, segment.marks);
  prune();

  function load(name: string): Sealed | undefined {
    try {
      const found = summary(folder, name);
      // A kill came before its tables were made.
      if (!found) remove(folder, name);
      return found;
    } catch (error) {
      if (isBusy(error)) throw error;
      const aside = `${name}.damaged`;
      log.error(
        `store: ${join(folder, name)} can't be read (${reasonOf(error)}); it is set aside as ${aside}`,
      );
      renameSync(join(folder, name), join(folder, aside));
      remove(folder, name);
      return undefined;
    }
  }

  function activate(name: string, records: number) {
    const segment = openSegment(join(folder, name), packer, now());
    raise(marks, segment.marks());
    active = { name, segment, records };
    return active;
  }

  function seal() {
    if (!active) return;
    const { name, segment } = active;
    active = undefined;
    segment.close();
    const closed = summary(folder, name);
    if (closed) sealed.push(closed);
  }

  function current() {
    if (
      active &&
      (active.segment.bytes() >= segmentBytes || now() - active.segment.created >= maxAge / BY_AGE)
    ) {
      if (active.records > 0) seal();
      prune();
    }
    if (active) return active;
    failed ??= { name: segmentName(++serial), records: 0 };
    const opened = activate(failed.name, failed.records);
    failed = undefined;
    return opened;
  }

  /** A count that can't be kept must not keep what has to go. */
  function note({ name, records }: Sealed, aged: boolean) {
    try {
      noteRemoved(folder, Number(name.slice(0, 8)), records, aged);
    } catch (error) {
      log.warn(`store: what is dropped can't be counted (${reasonOf(error)})`);
    }
  }

  function prune() {
    pruned = now();
    // A write would have cut it at a quarter of the age: its last one is older than all of it.
    if (active && active.records > 0 && now() - active.segment.created > maxAge * (1 + 1 / BY_AGE)) seal();
    let bytes = active?.segment.bytes() ?? 0;
    for (const segment of sealed) bytes += segment.bytes;
    while (sealed[0]) {
      const oldest = sealed[0];
      // What the active segment may still grow by is set aside, so that the bound is never passed.
      const full = bytes - (active?.segment.bytes() ?? 0) + segmentBytes > maxBytes;
      if (!full && now() - oldest.written <= maxAge) break;
      note(oldest, !full);
      if (!remove(folder, oldest.name)) break;
      sealed.shift();
      bytes -= oldest.bytes;
      log.debug(`store: dropped ${oldest.name} (${oldest.records} records)`);
    }
  }

  return {
    async write(records) {
      if (now() - pruned >= PRUNE_EVERY) prune();
      let added = 0;
      let from = 0;
      while (from < records.length) {
        const target = current();
        try {
          const written = await target.segment.write(records, marks, from, now());
          target.records += written.added;
          added += written.added;
          from = written.next;
        } catch (error) {
          active = undefined;
          failed = target;
          target.segment.close();
          throw error;
        }
        if (from < records.length) seal();
      }
      return added;
    },
    prune,
    figures() {
      let records = active?.records ?? 0;
      let bytes = active?.segment.bytes() ?? 0;
      for (const segment of sealed) {
        records += segment.records;
        bytes += segment.bytes;
      }
      return { segments: sealed.length + (active ? 1 : 0), records, bytes };
    },
    close() {
      active?.segment.close();
      active = undefined;
      packer.close();
    },
  };
}

/** Undefined for a file without a table. @throws for what is no segment */
function summary(folder: string, name: string): Sealed | undefined {
  const file = join(folder, name);
  const db = openDatabase(file);
  try {
    if (!db.prepare("SELECT 1 FROM sqlite_schema").get()) return undefined;
    const version = Number(db.prepare("PRAGMA user_version").get()?.user_version);
    const row = db.prepare("SELECT written, records FROM segment").get();
    const marks = new Map<string, number>();
    for (const { key, high } of db.prepare("SELECT key, max(high) AS high FROM files GROUP BY key").all()) {
      marks.set(String(key), Number(high));
    }
    // Not the file's size: while a reader has it open, a part of it stays in the file beside it.
    const bytes = Number(db.prepare(PAGES).get()?.bytes);
    return { name, version, written: Number(row?.written), records: Number(row?.records), bytes, marks };
  } finally {
    db.close();
  }
}

function raise(marks: Map<string, number>, from: ReadonlyMap<string, number>): void {
  for (const [key, high] of from) marks.set(key, Math.max(high, marks.get(key) ?? -1));
}

/** False where the system holds on to a file that a reader has open: the next prune tries again. */
function remove(folder: string, name: string): boolean {
  try {
    for (const end of ["", "-wal", "-shm"]) rmSync(join(folder, name + end), { force: true });
    return true;
  } catch {
    return false;
  }
}
