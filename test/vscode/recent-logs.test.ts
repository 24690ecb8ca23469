import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { recentFirst } from "../../src/vscode/recent-logs.ts";

describe("logs that are offered", () => {
  const logs = ["old", "watched", "new", "newest"].map((path, at) => ({ path, mtimeMs: at }));
  const offered = (most: number) =>
    recentFirst(logs, new Set(["watched", "newest"]), most).map(({ path }) => path);

  it("begin with those changed last, and end with those that are watched already", () => {
    assert.deepEqual(offered(10), ["new", "old", "newest", "watched"]);
  });

  it("are a few, of which none is left out for one that is watched", () => {
    assert.deepEqual(offered(2), ["new", "old"]);
  });
});
