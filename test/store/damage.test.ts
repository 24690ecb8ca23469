import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { recordId } from "../../src/model.ts";
import { openReader } from "../../src/store/reader.ts";
import { openSegments } from "../../src/store/segments.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords, originOf } from "./records.ts";

describe("a search over a damaged block", () => {
  for (const column of ["heads", "texts", "rest"]) {
    it(`finds what stands in all others, and tells what it lacks: ${column}`, async (t) => {
      const dataDir = tempFolder(t);
      const folder = join(dataDir, "store");
      const store = openSegments(folder, { maxBytes: 1 << 30, maxAge: Number.POSITIVE_INFINITY });
      const [lost, whole] = ["a", "b"].map((name) => accessRecords(1000, { at: originOf(name) }));
      await store.write(lost!);
      await store.write(whole!);
      store.close();
      const db = new DatabaseSync(join(folder, "00000001.db"));
      db.prepare(`UPDATE blocks SET ${column} = x'00010203' WHERE id = (SELECT min(id) FROM blocks)`).run();
      db.close();
      const told: string[] = [];
      const reader = openReader(dataDir, (what) => told.push(what));
      t.after(() => reader.close());
      const found = reader.query({ query: "raw:*HTTP*", order: "oldest", limit: 5000 });
      assert.deepEqual(
        found.map(({ id }) => id),
        whole!.map(recordId),
      );
      assert.equal(told.length, 1);
      assert.match(told[0]!, /^1000 records of the store .* can't be read and are left out: /);
    });
  }
});
