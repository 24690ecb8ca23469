import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Worker } from "node:worker_threads";
import { silent } from "../../src/lib/log.ts";
import { createEngineHost } from "../../src/vscode/host.ts";
import { folderOf, settled } from "../helpers/held.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const CYCLES = 100;
/** Before the first count: threads and tables that a process keeps once it has them. */
const WARM_UP = 5;

describe("a hundred lives", () => {
  it("of a host with its thread hold as much as none", { timeout: 300_000 }, async (t) => {
    const { log, input, count } = folderOf(t);
    // Each thread loads all modules: with their types taken off already that is much quicker.
    const env = { ...process.env, NODE_COMPILE_CACHE: tempFolder(t) };
    let before: Record<string, number> = {};
    for (let cycle = 1; cycle <= CYCLES + WARM_UP; cycle++) {
      const host = createEngineHost({
        spawn: () =>
          new Worker(new URL("../../src/worker.ts", import.meta.url), { env, stdout: true, stderr: true }),
        collect: () => input,
        log: silent,
      });
      await host.configure();
      appendFileSync(log, `line ${cycle}\n`);
      await until(() => count() === cycle, { every: 5 });
      await host.close(10_000);
      if (cycle === WARM_UP) before = await settled();
    }
    assert.deepEqual(await settled(), before);
  });
});
