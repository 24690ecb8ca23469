import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../errors.ts";
import { isBusy } from "../lib/database.ts";
import { makeFolder } from "../lib/folders.ts";

/** Held by one process or thread. */
export interface Lock {
  release(): void;
}

/** Another Log Monitor runs on the data folder. */
export class FolderHeld extends UserError {
  readonly dataDir: string;
  /** Its process id; undefined when it has not told yet. */
  readonly holder: number | undefined;
  constructor(dataDir: string, holder: number | undefined) {
    super(
      `${dataDir} is in use by another Log Monitor (process ${holder ?? "unknown"}): stop it, or give this one another dataDir`,
    );
    this.dataDir = dataDir;
    this.holder = holder;
  }
}

/**
 * Holds a data folder for this process or thread alone. The lock is a transaction on `lock.db`: the
 * operating system lets go of it when the process dies, however it dies.
 * @param patience how long to wait (ms) for a holder that is just ending
 * @param signal ends the wait
 * @throws FolderHeld naming the holder's process id
 */
export async function lockFolder(dataDir: string, patience: number, signal?: AbortSignal): Promise<Lock> {
  const deadline = performance.now() + patience;
  for (;;) {
    const lock = tryLock(dataDir);
    if (lock) return lock;
    if (performance.now() > deadline || signal?.aborted) throw new FolderHeld(dataDir, holderOf(dataDir));
    await delay(50, undefined, signal ? { signal } : {}).catch(() => {});
  }
}

/** The lock of a data folder, which is made; undefined while another holds it. @throws when it can't be used */
export function tryLock(dataDir: string): Lock | undefined {
  makeFolder(dataDir);
  const db = new DatabaseSync(join(dataDir, "lock.db"));
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
    signIn(dataDir);
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw error;
    return undefined;
  }
}

/** Tells others who holds the folder. On a full disk they do without: it is held all the same. */
function signIn(dataDir: string): void {
  const holder = JSON.stringify({ pid: process.pid, since: new Date().toISOString() });
  try {
    writeFileSync(join(dataDir, "lock.json"), holder);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
  }
}

/** The process that holds the folder, or did last; undefined when it can't be told. */
export function holderOf(dataDir: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(join(dataDir, "lock.json"), "utf8")) as { pid?: unknown };
    return typeof pid === "number" ? pid : undefined;
  } catch {
    return undefined;
  }
}
