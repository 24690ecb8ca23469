import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createTally } from "./tally.ts";

describe("the report of all tests", () => {
  it("tells by name and reason what failed once more at its end, before the counts", () => {
    const tally = createTally();
    tally.add({ part: "unit", file: "a.test.ts", name: "is whole", outcome: "passed" });
    for (const name of ["is read", "is kept"])
      tally.add({
        part: "unit",
        file: "b.test.ts",
        name,
        outcome: "failed",
        reason: `lost a line: ${name}\nat b.ts:1`,
      });
    tally.took("unit", 0, 1_000);

    const report = tally.report();

    assert.deepEqual(report.split("\n").slice(-8), [
      "",
      "Failed, in short:",
      "✖ [unit] b.test.ts › is read",
      "    lost a line: is read",
      "✖ [unit] b.test.ts › is kept",
      "    lost a line: is kept",
      "",
      "1 passed, 2 failed",
    ]);
    assert.ok(report.includes("    lost a line: is read\n    at b.ts:1"), "in full before");
    assert.equal(tally.ok(), false);
  });

  it("has no such part when nothing failed", () => {
    const tally = createTally();
    tally.add({ part: "unit", file: "a.test.ts", name: "is whole", outcome: "passed" });
    tally.took("unit", 0, 1_000);

    assert.equal(
      tally.report(),
      "\nParts:\n  unit           1.0 s  1 passed, 0 failed, 0 skipped\n\n1 passed, 0 failed",
    );
    assert.equal(tally.ok(), true);
  });
});
