import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { secondsOfText } from "../../src/lib/duration-text.ts";

describe("a duration as Go writes it", () => {
  it("is told in seconds", () => {
    const cases = {
      "12ms": 0.012,
      "1.5s": 1.5,
      "1m2.5s": 62.5,
      "2h0m0s": 7200,
      "350µs": 35e-5,
      "7ns": 7e-9,
      "0s": 0,
    };
    for (const [text, seconds] of Object.entries(cases)) {
      const found = secondsOfText(text) ?? Number.NaN;
      assert.ok(Math.abs(found - seconds) < 1e-12, `${text}: ${found}`);
    }
  });

  it("is no number without a unit, no size, no day and no other text", () => {
    for (const text of ["", "12", "ms", "12 ms", "12kB", "3d", "-1s", "1s!", "1.s", `${"1".repeat(40)}s`])
      assert.equal(secondsOfText(text), undefined, text);
  });
});
