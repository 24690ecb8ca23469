import assert from "node:assert/strict";
import { appendFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { startSource } from "../helpers/source.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

describe("a log that is renamed while the spool can't be written", () => {
  for (const [what, to] of [
    ["within its pattern", "b.log"],
    ["out of its pattern", "a.old"],
  ] as const) {
    it(`is read on: ${what}`, async (t) => {
      const folder = tempFolder(t);
      const data = join(folder, "data");
      const log = join(folder, "a.log");
      const moved = join(folder, to);
      appendFileSync(log, "line 0\n");
      const running = await startSource(data, { paths: join(folder, "*.log"), from: "start" });
      t.after(() => running.stop());
      await until(() => running.durable().length === 1, { what: "the first line" });
      const { db, spool } = openSpool(data);
      t.after(() => spool.close());
      db.exec("BEGIN IMMEDIATE");
      renameSync(log, moved);
      const known = () => running.source.files().some(({ path }) => path !== log);
      await until(known, { what: "the rename to be seen" });
      db.exec("ROLLBACK");
      // Longer than it is looked at by itself after it grew.
      for (let i = 1; i < 4; i++) {
        appendFileSync(moved, `line ${i}\n`);
        await until(() => running.durable().length === i + 1, { what: `line ${i}` });
      }
      assert.deepEqual(
        running.durable().map(({ line }) => line),
        ["line 0", "line 1", "line 2", "line 3"],
      );
    });
  }
});
