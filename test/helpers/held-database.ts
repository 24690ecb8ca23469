import { once } from "node:events";
import type { TestContext } from "node:test";
import { Worker } from "node:worker_threads";

/** Holds a database as a program does that recovers it after a kill, or copies it. */
const HOLDER = `const { parentPort, workerData } = require("node:worker_threads");
const { DatabaseSync } = require("node:sqlite");
const db = new DatabaseSync(workerData.file);
db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
parentPort.postMessage("held");
if (workerData.ms !== undefined) setTimeout(() => { db.close(); parentPort.close(); }, workerData.ms);
else parentPort.once("message", () => { db.close(); parentPort.close(); });`;

/**
 * Has another thread hold a database: for `ms`, or until it is told to let go.
 * @returns what lets go of it, and waits for that
 */
export async function holdDatabase(t: TestContext, file: string, ms?: number): Promise<() => Promise<void>> {
  const worker = new Worker(HOLDER, { eval: true, workerData: { file, ms } });
  t.after(() => worker.terminate());
  const ended = once(worker, "exit");
  await once(worker, "message");
  return async () => {
    if (ms === undefined) worker.postMessage("let go");
    await ended;
  };
}
