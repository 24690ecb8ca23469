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

  it("stays small with however many sources and days, where the oldest go", (t) => {
    const folder = tempFolder(t);
    const DAY = 86_400_000;
    const day = (at: number, sources: number) =>
      Array.from({ length: sources }, (_, i): Drop => {
        return { time: START + at * DAY, source: `s${i}`, sinks: [["influx", 1]] };
      });
    commit(folder, Array.from({ length: 24 }, (_, at) => day(at, 300)).flat());
    const kept = readDrops(folder);
    assert.ok(kept.length <= 5_000, `${kept.length} rows`);
    assert.ok(kept.length >= 4_000, `${kept.length} rows`);
    assert.equal(kept.filter(({ time }) => time === START + 23 * DAY).length, 300, "the latest stay");
    assert.ok(kept.every(({ time }) => time > START + 9 * DAY));
    commit(folder, day(24, 300));
    assert.equal(readDrops(folder).length, kept.length + 300, "there is room for the next ones");
  });

  it("takes lines of times that no date has", (t) => {
    const folder = tempFolder(t);
    const times = [1.7e18, 2 ** 63, -(2 ** 63), Number.POSITIVE_INFINITY, START];
    const sinks: Drop["sinks"] = [["influx", 1]];
    commit(
      folder,
      times.map((time) => ({ time, source: "a", sinks })),
    );
    // Also when there are so many that they are put together.
    commit(
      folder,
      Array.from({ length: 5_001 }, (_, i) => ({ time: START + i * 1000, source: "b", sinks })),
    );
    const kept = readDrops(folder);
    assert.equal(lackedBy("influx", kept), times.length + 5_001);
    for (const { time } of kept) assert.doesNotThrow(() => new Date(time).toISOString());
  });
});
