import assert from "node:assert/strict";
import { copyFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createCopies } from "../../src/sources/file/copies.ts";
import { createGenerations } from "../../src/sources/file/generations.ts";
import { createListings } from "../../src/sources/file/listings.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";

const READ = "first\nsecond\n";
const REST = "third\n";

describe("the search for the copy of a truncated log", () => {
  for (const turn of [1, 2, 3]) {
    it(`finds it also when it gets another name after listing ${turn}`, async (t) => {
      const folder = tempFolder(t);
      const { spool, checkpoints } = openSpool(join(folder, "data"));
      t.after(() => spool.close());
      const log = join(folder, "a.log");
      writeFileSync(log, READ + REST);
      const handle = await open(log, "r");
      t.after(() => handle.close());
      const generations = createGenerations("a", checkpoints);
      const generation = await generations.begin(log, handle, 0);
      copyFileSync(log, `${log}.1`);
      truncateSync(log, 0);

      const listings = createListings();
      let listed = 0;
      const copies = createCopies(generations, {
        ...listings,
        async list(of) {
          const entries = await listings.list(of);
          if (++listed === turn) {
            renameSync(`${log}.1`, `${log}.2`);
            renameSync(log, `${log}.1`);
          }
          return entries;
        },
      });
      const copy = await copies.restOf(generation, READ.length, Buffer.from(READ));
      assert.ok(copy, "the copy was not found");
      const { buffer, bytesRead } = await copy.handle.read(Buffer.alloc(100), 0, 100, READ.length);
      assert.equal(buffer.toString("utf8", 0, bytesRead), REST);
      await copy.handle.close();
      copy.release();
    });
  }
});

describe("what lies beside a log that is truncated while it is looked at", () => {
  const head = Array.from({ length: 40 }, (_, n) => `line ${n} of the day before\n`).join("");
  for (const turn of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`is known as its copy, also when that happens before look ${turn}`, async (t) => {
      const folder = tempFolder(t);
      const { spool, checkpoints } = openSpool(join(folder, "data"));
      t.after(() => spool.close());
      const log = join(folder, "a.log");
      writeFileSync(log, head);
      const original = await open(log, "r");
      t.after(() => original.close());
      const generations = createGenerations("a", checkpoints);
      const generation = await generations.begin(log, original, head.length);
      copyFileSync(log, `${log}.1`);
      const copy = await open(`${log}.1`, "r");
      t.after(() => copy.close());
      const stats = await copy.stat();

      // A machine that sleeps, or has much to do, leaves any time between two of them.
      let looks = 0;
      const handles = Object.getPrototypeOf(copy) as FileHandle;
      for (const name of ["read", "stat"] as const) {
        const method = handles[name] as (...of: unknown[]) => unknown;
        t.mock.method(handles, name, function (this: FileHandle, ...of: unknown[]) {
          if (++looks === turn) {
            truncateSync(log, 0);
            writeFileSync(log, "line 0 of another day\n".repeat(60));
          }
          return method.apply(this, of);
        });
      }
      const copies = createCopies(generations, createListings());
      const verdict = await copies.judge(`${log}.1`, copy, stats, [generation]);

      assert.equal(verdict, "copy");
    });
  }
});

describe("what begins as a log does of which nothing was read", () => {
  const text = Array.from({ length: 40 }, (_, n) => `line ${n} of the day before\n`).join("");
  for (const [when, verdict] of [
    ["is looked at again while both are the same", "unsure"],
    ["is a file of its own once the log was begun over: nobody will look for it", "own"],
    ["is its copy once something was read of that", "copy"],
  ] as const)
    it(when, async (t) => {
      const folder = tempFolder(t);
      const { spool, checkpoints } = openSpool(join(folder, "data"));
      t.after(() => spool.close());
      const log = join(folder, "a.log");
      writeFileSync(log, text);
      const original = await open(log, "r");
      t.after(() => original.close());
      const generations = createGenerations("a", checkpoints);
      const generation = await generations.begin(log, original, 0);
      copyFileSync(log, `${log}.1`);
      if (verdict !== "unsure") writeFileSync(log, "line 0 of another day\n".repeat(60));
      if (verdict === "copy") generation.begun = true;
      const copy = await open(`${log}.1`, "r");
      t.after(() => copy.close());
      const copies = createCopies(generations, createListings());

      assert.equal(await copies.judge(`${log}.1`, copy, await copy.stat(), [generation]), verdict);
    });
});
