import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { silent } from "../../src/lib/log.ts";
import { createValueGuard } from "../../src/sinks/value-guard.ts";
import { tempFolder } from "../helpers/temp.ts";

const options = (dataDir: string, limit = 3) => ({
  limit,
  kind: "tag",
  remedy: "raise maxTagValues",
  id: "influx",
  dataDir,
});

describe("the guard of tag values", () => {
  it("admits values up to the bound, and those for good", (t) => {
    const warned: string[] = [];
    const log = { ...silent, warn: (message: string) => warned.push(message) };
    const guard = createValueGuard({ ...options(tempFolder(t)), log });
    guard.open();
    const admits = guard.admits("Path");
    assert.deepEqual(["/a", "/b", "/a", "/c", "/d", "/b", "/e"].map(admits), [
      true,
      true,
      true,
      true,
      false,
      true,
      false,
    ]);
    assert.equal(guard.folded, 2);
    assert.deepEqual(warned, [
      "sink influx: tag Path has 3 values: others are written as _other now; raise maxTagValues",
    ]);
    assert.deepEqual(guard.problems, [
      "sink influx: tag Path has 3 values, and 2 others were written as _other: raise maxTagValues",
    ]);
    assert.ok(guard.admits("Method")("GET"), "each tag has a bound of its own");
  });

  it("has what stands on the disk before the first value is folded, so that a run after a kill folds the same", (t) => {
    const folder = tempFolder(t);
    const killed = createValueGuard({ ...options(folder), log: silent });
    killed.open();
    const before = killed.admits("Path");
    for (const value of ["/a", "/b", "/c"]) before(value);
    assert.ok(!existsSync(join(folder, "values")), "nothing to keep yet");
    assert.equal(before("/d"), false);

    const next = createValueGuard({ ...options(folder), log: silent });
    next.open();
    assert.deepEqual(["/d", "/c", "/a"].map(next.admits("Path")), [false, true, true]);
  });

  it("goes on with the values of the last run when that ended in good order", (t) => {
    const folder = tempFolder(t);
    const first = createValueGuard({ ...options(folder), log: silent });
    first.open();
    for (const value of ["/a", "/b"]) first.admits("Path")(value);
    first.close();
    const second = createValueGuard({ ...options(folder), log: silent });
    second.open();
    assert.deepEqual(["/x", "/y", "/b"].map(second.admits("Path")), [true, false, true]);
    second.close();
    const raised = createValueGuard({ ...options(folder, 4), log: silent });
    raised.open();
    assert.equal(raised.admits("Path")("/y"), true, "a higher bound has room again");
  });

  it("counts anew when the file is damaged, and says so", (t) => {
    const folder = tempFolder(t);
    const first = createValueGuard({ ...options(folder), log: silent });
    first.open();
    first.admits("Path")("/a");
    first.close();
    const file = join(folder, "values", "influx.json");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, -3));
    const warned: string[] = [];
    const second = createValueGuard({
      ...options(folder),
      log: { ...silent, warn: (message) => warned.push(message) },
    });
    second.open();
    assert.equal(second.admits("Path")("/b"), true);
    assert.match(warned[0] ?? "", /values are counted anew/);
  });
});
