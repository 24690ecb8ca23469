import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createSync } from "../../src/lib/sync.ts";

/** Lets what the promises set off happen; no time passes. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function controlled() {
  const runs: { done: () => void; fail: (error: Error) => void }[] = [];
  let overlapping = 0;
  let most = 0;
  const run = () =>
    new Promise<void>((resolve, reject) => {
      overlapping++;
      most = Math.max(most, overlapping);
      const end = () => overlapping--;
      runs.push({
        done() {
          end();
          resolve();
        },
        fail(error) {
          end();
          reject(error);
        },
      });
    });
  return { run, runs, most: () => most };
}

describe("sync", () => {
  it("ends a burst in one run, after the silence", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { run, runs } = controlled();
    const sync = createSync(run, 100);
    const all = [sync.request(), sync.request()];
    t.mock.timers.tick(60);
    all.push(sync.request());
    t.mock.timers.tick(99);
    assert.equal(runs.length, 0);
    t.mock.timers.tick(1);
    assert.equal(runs.length, 1);
    runs[0]!.done();
    await Promise.all(all);
  });

  it("never overlaps: a request during a run gets a run of its own afterwards", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { run, runs, most } = controlled();
    const sync = createSync(run, 100);
    const first = sync.request();
    t.mock.timers.tick(100);
    let secondDone = false;
    const second = sync.request().then(() => {
      secondDone = true;
    });
    t.mock.timers.tick(1000);
    assert.equal(runs.length, 1);
    runs[0]!.done();
    await first;
    await settle();
    assert.equal(secondDone, false);
    t.mock.timers.tick(100);
    assert.equal(runs.length, 2);
    runs[1]!.done();
    await second;
    assert.equal(most(), 1);
  });

  it("tells the callers of a failed run, and runs again when asked", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { run, runs } = controlled();
    const sync = createSync(run, 100);
    const failing = assert.rejects(sync.request(), /refused/);
    t.mock.timers.tick(100);
    runs[0]!.fail(new Error("refused"));
    await failing;
    const next = sync.request();
    t.mock.timers.tick(100);
    runs[1]!.done();
    await next;
  });

  it("lets go of its callers when disposed, and starts nothing more", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { run, runs } = controlled();
    const sync = createSync(run, 100);
    const waiting = sync.request();
    sync.dispose();
    await waiting;
    await sync.request();
    t.mock.timers.tick(1000);
    assert.equal(runs.length, 0);
  });
});
