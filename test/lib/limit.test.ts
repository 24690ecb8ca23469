import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { Worker } from "node:worker_threads";
import { createLimit, TookTooLong } from "../../src/lib/limit.ts";

const runaway = (): boolean => /^(a+)+$/.test(`${"a".repeat(50)}!`);

describe("a limit", () => {
  it("gives what the work gives, and throws what it throws", () => {
    const limit = createLimit();
    const value = { of: "its own" };
    assert.equal(
      limit.run(() => value, 1_000),
      value,
    );
    assert.equal(
      limit.run(() => undefined, 1_000),
      undefined,
    );
    const wrong = new RangeError("wrong");
    assert.throws(
      () =>
        limit.run(() => {
          throw wrong;
        }, 1_000),
      (error) => error === wrong,
    );
    assert.equal(
      limit.run(() => 7, 1_000),
      7,
    );
  });

  it("ends a regular expression, and is good for the next one", () => {
    const limit = createLimit();
    const began = performance.now();
    for (let run = 0; run < 3; run++) assert.throws(() => limit.run(runaway, 50), TookTooLong);
    assert.ok(performance.now() - began < 5_000);
    assert.equal(
      limit.run(() => 7, 1_000),
      7,
    );
  });

  it("ends it whatever it catches, and runs none of that", () => {
    const limit = createLimit();
    let after = false;
    const work = (): void => {
      try {
        while (runaway());
      } catch {
        after = true;
      } finally {
        after = true;
      }
    };
    assert.throws(() => limit.run(work, 50), TookTooLong);
    assert.equal(after, false);
  });

  it("lets work run without it rather than end the process when descriptors run out, and says so once", {
    skip: process.platform === "win32",
  }, () => {
    const module = JSON.stringify(new URL("../../src/lib/limit.ts", import.meta.url).href);
    const code = `const { openSync } = require("node:fs");
      import(${module}).then(({ createLimit }) => {
        const limit = createLimit({ warn: console.log });
        try { for (;;) openSync("/dev/null", "r"); } catch (error) { for (let run = 0; run < 2; run++) console.log(error.code, limit.run(() => "went on", 100)); }
      });`;
    const script = 'ulimit -n 128; exec "$0" -e "$1"';
    const { stdout, status } = spawnSync("/bin/sh", ["-c", script, process.execPath, code], {
      encoding: "utf8",
    });
    const told =
      "nothing stops an expression that runs away while fewer than 64 of 128 file descriptors are free: raise `ulimit -n`";
    assert.deepEqual([stdout, status], [`${told}\nEMFILE went on\nEMFILE went on\n`, 0]);
  });

  it("works in a worker thread", async () => {
    const module = JSON.stringify(new URL("../../src/lib/limit.ts", import.meta.url).href);
    const code = `import(${module}).then(({ createLimit }) => {
      try { createLimit().run(() => /^(a+)+$/.test("${"a".repeat(50)}!"), 50); }
      catch (error) { require("node:worker_threads").parentPort.postMessage(error.name); }
    });`;
    const worker = new Worker(code, { eval: true });
    const name = await new Promise((resolve, reject) => worker.on("message", resolve).on("error", reject));
    await worker.terminate();
    assert.equal(name, "TookTooLong");
  });
});
