import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { until } from "../until.ts";

/**
 * Runs `work` while no other process does so under the same lock, a folder that holds its owner's id. The
 * lock of a process that is gone counts for nothing. (Two that find such a lock at the very same time may
 * both go on: `work` has to end in a rename that the second one can lose.)
 *
 * @param timeout how long to wait for another process, in milliseconds
 */
export async function withLock<T>(path: string, timeout: number, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  await until(() => take(path), {
    timeout,
    every: 100,
    what: `process ${ownerOf(path)} to let go of ${path}`,
  });
  try {
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** Moves a folder that already names this process to the lock's place: that fails while there is another. */
function take(path: string): boolean {
  const owner = ownerOf(path);
  if (owner !== undefined && !isAlive(owner)) rmSync(path, { recursive: true, force: true });
  const own = mkdtempSync(`${path}.`);
  try {
    writeFileSync(join(own, "pid"), String(process.pid));
    renameSync(own, path);
    return true;
  } catch {
    rmSync(own, { recursive: true, force: true });
    return false;
  }
}

function ownerOf(path: string): number | undefined {
  try {
    return Number(readFileSync(join(path, "pid"), "utf8"));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
