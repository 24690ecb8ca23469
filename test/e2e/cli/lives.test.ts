import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, it } from "node:test";
import { Worker } from "node:worker_threads";
import { silent } from "../../../src/lib/log.ts";
import { createEngineHost } from "../../../src/vscode/host.ts";
import { folderOf, settled } from "../../helpers/held.ts";
import { until } from "../../helpers/until.ts";
import { english } from "../../vscode/snapshots.ts";

const CYCLES = 100;
/** Before the first count: threads and tables that a process keeps once it has them. */
const WARM_UP = 5;

/** The built engine thread. */
const worker = resolve(import.meta.dirname, "../../../dist/worker.js");

describe("a hundred lives", () => {
  it("of a host with its thread hold as much as none", { timeout: 300_000 }, async (t) => {
    const { log, input, count } = folderOf(t);
    let before: Record<string, number> = {};
    for (let cycle = 1; cycle <= CYCLES + WARM_UP; cycle++) {
      const host = createEngineHost({
        spawn: () => new Worker(worker, { stdout: true, stderr: true }),
        collect: () => input,
        log: silent,
        texts: english,
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
