import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MISSING } from "../../src/spool/sums.ts";
import type { Written } from "./writer.ts";

const SUMS = ["routed", "delivered", "dead", "dropped"];
const columns = [...SUMS, ...SUMS.map((name) => `${name}Bytes`)];
const BY_SINK = `SELECT sink, ${columns.map((name) => `sum(${name}) AS ${name}`).join(", ")}
  FROM (SELECT sink, ${columns} FROM accounts UNION ALL SELECT sink, ${columns} FROM pastAccounts) GROUP BY sink`;
const READ = `SELECT sum(lines) AS lines, sum(unparsed) AS unparsed, sum(bytes) AS bytes, sum(skipped) AS skipped
  FROM (SELECT lines, unparsed, bytes, skipped FROM generations
    UNION ALL SELECT lines, unparsed, bytes, skipped FROM past)`;

/** The books of a data folder that nobody holds, when nothing waits: they close, and agree with what was written. */
export function checkAccounts(dataDir: string, lines: readonly Written[], bytes: number): void {
  const db = new DatabaseSync(join(dataDir, "spool.db"), { readOnly: true });
  try {
    const read = { ...db.prepare(READ).get() };
    if (lines.length > 0)
      assert.deepEqual(read, { lines: lines.length, unparsed: 0, bytes, skipped: 0 }, "what was read");
    // Where the reader stands, what it handed out and what it says it skipped are counted each on its own.
    for (const row of db.prepare(`SELECT path, ${MISSING} FROM generations`).all())
      assert.equal(row.missing, 0, `bytes of ${row.path} that were neither read nor skipped`);
    const dead = lines.filter(({ poison }) => poison).length;
    for (const row of db.prepare(BY_SINK).all()) {
      for (const unit of ["", "Bytes"]) {
        const [routed = 0, ...fates] = SUMS.map((name) => Number(row[name + unit]));
        const sum = fates.reduce((a, b) => a + b, 0);
        assert.equal(routed, sum, `the account of ${row.sink} does not close: ${JSON.stringify(row)}`);
      }
      assert.equal(row.dropped, 0);
      if (row.sink === "extra") continue;
      assert.equal(row.routed, lines.length, `routed to ${row.sink}`);
      assert.equal(row.dead, row.sink === "influx" ? dead : 0, `dead at ${row.sink}`);
    }
  } finally {
    db.close();
  }
}
