import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { reasonOf, UserError } from "../errors.ts";
import { isBusy, openDatabase } from "../lib/database.ts";
import type { Log } from "../lib/log.ts";
import { type Checkpoints, createCheckpoints } from "../spool/checkpoints.ts";
import { openSpoolDatabase } from "../spool/database.ts";
import { createSpool, type Spool } from "../spool/spool.ts";
import { createHistory, type History } from "../store/history.ts";
import { lockFolder } from "./lock.ts";

/** How long to wait (ms) for the last holder of the data folder to go: a killed process takes a moment. */
export const LOCK_PATIENCE = 5_000;

/** What the engine keeps on disk, held by this process alone. */
export interface DataFolder {
  readonly checkpoints: Checkpoints;
  readonly spool: Spool;
  readonly history: History;
  /** Writes what is left, and lets others in. */
  close(): Promise<void>;
}

/**
 * Opens the data folder, which is made.
 * @param signal ends the wait for another holder
 * @param patience how long to wait for it, in ms
 * @throws UserError naming the setting, the folder, what is wrong with it and what to do; FolderHeld after the wait
 */
export async function openFolder(
  dataDir: string,
  log: Log,
  signal: AbortSignal,
  patience: number,
): Promise<DataFolder> {
  let held: { release(): void } | undefined;
  let db: DatabaseSync | undefined;
  try {
    held = await lockFolder(dataDir, patience, signal);
    refuseForeign(join(dataDir, "spool.db"));
    db = openSpoolDatabase(dataDir);
    const checkpoints = createCheckpoints(db);
    const spool = createSpool(db, log);
    const history = createHistory(dataDir, { log });
    const lock = held;
    return {
      checkpoints,
      spool,
      history,
      async close() {
        await spool.close();
        history.close();
        lock.release();
      },
    };
  } catch (error) {
    if (db?.isOpen) db.close();
    held?.release();
    throw unusable(dataDir, error);
  }
}

class ForeignDatabase extends Error {
  override name = "ForeignDatabase";
}

/** A database of another program must not get our tables. */
function refuseForeign(file: string): void {
  if (!existsSync(file)) return;
  // To be written: what a kill left in the middle of the first transaction has to be rolled back to be read.
  const db = openDatabase(file);
  try {
    const names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    if (names.length > 0 && !names.some(({ name }) => name === "generations"))
      throw new ForeignDatabase("spool.db is a database of another program");
  } finally {
    db.close();
  }
}

/** What opening a data folder threw, in words for people. */
export function unusable(dataDir: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  return new UserError(`the data folder ${dataDir} can't be used: ${causeOf(error)}`);
}

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html), and the errors of files and folders. */
function causeOf(error: unknown): string {
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  const another = "or set dataDir to another folder";
  const sqlite = typeof errcode === "number" ? errcode & 0xff : undefined;
  if (code === "EEXIST" || code === "ENOTDIR") return `a file is in its place: move it away, ${another}`;
  if (code === "ENOENT") return `${reasonOf(error)}: set dataDir to another folder`;
  if (code === "ENOSPC" || sqlite === 13) return `the disk is full: make room, ${another}`;
  if (isBusy(error))
    return `another program holds its database and does not let go (${reasonOf(error)}): end that, ${another}`;
  const barred = typeof code === "string" && ["EACCES", "EPERM", "EROFS"].includes(code);
  if (barred || sqlite === 8 || sqlite === 14 || sqlite === 3)
    return `it is not writable (${reasonOf(error)}): allow this user to write there, ${another}`;
  if (sqlite !== undefined || error instanceof ForeignDatabase)
    return `what lies there is damaged or not of Log Monitor (${reasonOf(error)}): move it away to begin anew, ${another}`;
  return `${reasonOf(error)}: mend it, ${another}`;
}
