import { DatabaseSync } from "node:sqlite";

/** How long a statement waits for a lock that another process or thread holds, in ms. */
const WAIT = 2000;

/**
 * Opens a database whose statements wait for others, the first one, too: after a kill, whoever opens it first rolls
 * back or recovers what was left, and holds it meanwhile (https://www.sqlite.org/wal.html#busy).
 */
export function openDatabase(file: string, options: { readonly readOnly?: boolean } = {}): DatabaseSync {
  const db = new DatabaseSync(file, options);
  try {
    db.exec(`PRAGMA busy_timeout = ${WAIT}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** SQLITE_BUSY and SQLITE_LOCKED, also as extended codes: https://www.sqlite.org/rescode.html */
export function isBusy(error: unknown): boolean {
  const { errcode } = error as { readonly errcode?: unknown };
  return typeof errcode === "number" && [5, 6].includes(errcode & 0xff);
}
