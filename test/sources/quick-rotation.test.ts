import assert from "node:assert/strict";
import { appendFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** How long (ms) nothing lies at the log's path: longer than an event takes to come. */
const GAP = 30;

describe("a log that is rotated often", () => {
  it("I18: is found long before the folders are looked at again, when it was away for an instant", async (t) => {
    const folder = tempFolder(t);
    const log = join(folder, "log.txt");
    appendFileSync(log, "line 0\n");
    const running = await startSource(join(folder, "data"), { paths: log, from: "start" });
    t.after(() => running.stop());
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      await until(() => running.lines().includes(`line ${i}`), { every: 5, what: `line ${i}` });
      renameSync(log, join(folder, `${i}.old`));
      await delay(GAP);
      appendFileSync(log, `line ${i + 1}\n`);
      const made = performance.now();
      await until(() => running.lines().includes(`line ${i + 1}`), { every: 5, what: `line ${i + 1}` });
      waits.push(performance.now() - made);
    }
    assert.deepEqual(
      running.lines(),
      Array.from({ length: 10 }, (_, i) => `line ${i}`),
    );
    const [median = Number.NaN] = waits.toSorted((a, b) => a - b).slice(4);
    assert.ok(median < 300, `half of the files were found only after ${median} ms`);
  });
});
