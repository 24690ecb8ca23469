import type { DatabaseSync } from "node:sqlite";

/** Runs `act` in one transaction: all of it or, when it throws, nothing. */
export function transact<T>(db: DatabaseSync, act: () => T): T {
  db.exec("BEGIN");
  try {
    const result = act();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    try {
      db.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself, as it does when the disk is full.
    }
    throw error;
  }
}
