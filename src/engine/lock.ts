import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../errors.ts";

/**
 * Holds a data folder for this process or thread alone. The lock is a transaction on `lock.db`: the
 * operating system lets go of it when the process dies, however it dies.
 * @param patience how long to wait (ms) for a holder that is just ending
 * @param signal ends the wait
 * @throws UserError naming the holder's process id
 */
export async function lockFolder(
  dataDir: string,
  patience: number,
  signal?: AbortSignal,
): Promise<{ release(): void }> {
  mkdirSync(dataDir, { recursive: true });
  const holder = join(dataDir, "lock.json");
  const deadline = Date.now() + patience;
  for (;;) {
    const db = new DatabaseSync(join(dataDir, "lock.db"));
    try {
      db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
      writeFileSync(holder, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
      return { release: () => db.close() };
    } catch (error) {
      db.close();
      if (!/locked|busy/i.test(String(error))) throw error;
      if (Date.now() > deadline || signal?.aborted) {
        throw new UserError(
          `${dataDir} is in use by another Log Monitor (${whoHolds(holder)}): stop it, or give this one another dataDir`,
        );
      }
      await delay(50, undefined, signal ? { signal } : {}).catch(() => {});
    }
  }
}

function whoHolds(file: string): string {
  try {
    const { pid } = JSON.parse(readFileSync(file, "utf8")) as { pid: number };
    return `process ${pid}`;
  } catch {
    return "process unknown";
  }
}
