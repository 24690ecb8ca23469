import assert from "node:assert/strict";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { newestMatch, newestOf } from "../../src/lib/newest-match.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("the newest file of a glob", () => {
  const folder = tempFolder({ after });
  const file = (name: string, seconds: number): string => {
    const path = join(folder, name);
    writeFileSync(path, "");
    utimesSync(path, seconds, seconds);
    return path;
  };
  mkdirSync(join(folder, "deep", "one"), { recursive: true });
  mkdirSync(join(folder, "folder.log"));
  const old = file("old.log", 1_000_000);
  const recent = file("recent.log", 2_000_000);
  const deep = file(join("deep", "one", "app.log"), 3_000_000);
  file("other.txt", 4_000_000);

  it("is the one that was changed last, in folders of any depth where the glob says so", async () => {
    assert.equal(await newestMatch(join(folder, "*.log")), recent);
    assert.equal(await newestMatch(join(folder, "{old,older}.log")), old);
    assert.equal(await newestMatch(join(folder, "**", "*.log")), deep);
  });

  it("is none where nothing matches, a folder does, or no time is left to look", async () => {
    assert.equal(await newestMatch(join(folder, "*.out")), undefined);
    assert.equal(await newestMatch(join(folder, "f*.log")), undefined);
    assert.equal(await newestMatch(join(folder, "gone", "*.log")), undefined);
    assert.equal(await newestMatch(join(folder, "**", "*.log"), 0), undefined);
  });

  it("leaves out what went meanwhile", async () => {
    assert.equal(await newestOf([join(folder, "went.log"), old]), old);
  });
});
