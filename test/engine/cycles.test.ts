import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { describe, it } from "node:test";
import { createEngine } from "../../src/engine/engine.ts";
import { silent } from "../../src/lib/log.ts";
import { folderOf, settled } from "../helpers/held.ts";
import { until } from "../helpers/until.ts";

const CYCLES = 100;
/** Before the first count: threads and tables that a process keeps once it has them. */
const WARM_UP = 5;

describe("a hundred lives", () => {
  it("of an engine hold as much as none: handles, timers, threads", { timeout: 300_000 }, async (t) => {
    const { log, input, count } = folderOf(t);
    let before: Record<string, number> = {};
    for (let cycle = 1; cycle <= CYCLES + WARM_UP; cycle++) {
      const engine = createEngine({ log: silent, standBy: cycle % 2 === 0 });
      await engine.configure(input);
      appendFileSync(log, `line ${cycle}\n`);
      await until(() => count() === cycle, { every: 5 });
      if (cycle % 10 === 0) {
        const other = createEngine({ log: silent, standBy: true });
        await other.configure(input);
        await other.close();
      }
      await engine.close();
      if (cycle === WARM_UP) before = await settled();
    }
    assert.deepEqual(await settled(), before);
  });
});
