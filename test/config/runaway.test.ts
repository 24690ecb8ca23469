import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { findRunaway } from "../../src/config/runaway.ts";
import { createLimit } from "../../src/lib/limit.ts";

const { runAway, fine } = JSON.parse(
  readFileSync(new URL("../cases/expressions.json", import.meta.url), "utf8"),
) as { runAway: string[]; fine: string[] };
const limit = createLimit();
const find = (pattern: string, flags = "y") => findRunaway({ pattern, flags }, limit);

describe("expressions", () => {
  assert.ok(runAway.length >= 15 && fine.length >= 15);

  for (const pattern of runAway) it(`are known to run away: ${pattern}`, () => assert.ok(find(pattern)));
  for (const pattern of fine)
    it(`are left in peace: ${pattern}`, () => assert.equal(find(pattern), undefined));

  it("come with a line that they run away on, and how", () => {
    assert.deepEqual(find("^(?<x>(a+)+)$"), { line: '"a" × 32 + "\\u0000"', growth: "exponential" });
  });

  it("that are not sticky may run away where those that are do not", () => {
    assert.equal(find("(?<x>a+)b", "y"), undefined);
    assert.match(find("(?<x>a+)b", "")?.growth ?? "", /2nd degree/);
  });
});
