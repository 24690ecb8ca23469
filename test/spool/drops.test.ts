import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openSpoolDatabase } from "../../src/spool/database.ts";
import { createDrops, type Drop, readDrops } from "../../src/spool/drops.ts";
import { tempFolder } from "../helpers/temp.ts";

const START = 1_700_000_000_000;

function commit(folder: string, drops: readonly Drop[], end: "COMMIT" | "ROLLBACK" = "COMMIT") {
  const db = openSpoolDatabase(folder);
  const kept = createDrops(db);
  for (const drop of drops) kept.note(drop);
  db.exec("BEGIN");
  const written = kept.write();
  db.exec(end);
  if (end === "COMMIT") written();
  const { dirty } = kept;
  db.close();
  return dirty;
}
const lackedBy = (sink: string, drops: readonly Drop[]) =>
  drops.flatMap(({ sinks }) => sinks).reduce((sum, [id, lines]) => sum + (id === sink ? lines : 0), 0);

describe("where lines were given up", () => {
  it("is kept by second, source and sink, over restarts, from the first line on", (t) => {
    const folder = tempFolder(t);
    assert.deepEqual(readDrops(folder), []);
    commit(folder, [
      {
        time: START + 400,
        source: "a",
        sinks: [
          ["influx", 3],
          ["loki", 1],
        ],
      },
      { time: START + 300, source: "a", sinks: [["influx", 2]] },
      { time: START + 900, source: "b", sinks: [["influx", 5]] },
    ]);
    commit(folder, [
      { time: START + 200, source: "a", sinks: [["influx", 1]] },
      { time: START - 5_000, source: "b", sinks: [["loki", 7]] },
    ]);
    assert.deepEqual(readDrops(folder), [
      { time: START - 5_000, source: "b", sinks: [["loki", 7]] },
      {
        time: START + 200,
        source: "a",
        sinks: [
          ["influx", 6],
          ["loki", 1],
        ],
      },
      { time: START + 900, source: "b", sinks: [["influx", 5]] },
    ]);
  });

  it("is written again when the transaction failed, and not twice when it did not", (t) => {
    const folder = tempFolder(t);
    const drop: Drop = { time: START, source: "a", sinks: [["influx", 3]] };
    assert.equal(commit(folder, [drop], "ROLLBACK"), true);
    assert.deepEqual(readDrops(folder), []);
    assert.equal(commit(folder, [drop]), false);
    assert.equal(lackedBy("influx", readDrops(folder)), 3);
  });

  it("stays small however long it goes on, and loses no line of the count", (t) => {
    const folder = tempFolder(t);
    for (let hour = 0; hour < 4; hour++) {
      const seconds = Array.from({ length: 3_600 }, (_, i): Drop => {
        return { time: START + (hour * 3_600 + i) * 1000, source: "a", sinks: [["influx", 2]] };
      });
      commit(folder, seconds);
    }
    const drops = readDrops(folder);
    assert.ok(drops.length <= 5_000, `${drops.length} rows`);
    assert.equal(lackedBy("influx", drops), 4 * 3_600 * 2);
    assert.equal(drops[0]?.time, START);
  });
});
