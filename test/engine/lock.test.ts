import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { holderOf, tryLock } from "../../src/engine/lock.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("lock of a data folder", () => {
  it("is held by one, and free once that lets go", (t) => {
    const folder = tempFolder(t);
    const lock = tryLock(folder);
    assert.equal(holderOf(folder), process.pid);
    assert.equal(tryLock(folder), undefined);
    lock?.release();
    const next = tryLock(folder);
    assert.ok(next);
    next.release();
  });

  it("tells a folder that can't be used from one that is held, whatever its name", (t) => {
    const folder = join(tempFolder(t), "busy-and-blocked-or-locked");
    mkdirSync(join(folder, "lock.json"), { recursive: true });
    assert.throws(() => tryLock(folder), { code: "EISDIR" });
  });

  if (process.platform === "linux") {
    it("is a lock also where the disk has no room to say whose", (t) => {
      const folder = tempFolder(t);
      symlinkSync("/dev/full", join(folder, "lock.json"));
      const lock = tryLock(folder);
      assert.ok(lock);
      assert.equal(tryLock(folder), undefined);
      lock.release();
    });
  }
});
