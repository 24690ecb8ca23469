import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatGoDuration } from "../../src/monitor/duration.ts";

describe("Go duration", () => {
  // Values and texts as in the documentation and tests of Go's package time.
  const cases: [milliseconds: number, text: string][] = [
    [0, "0s"],
    [1e-6, "1ns"],
    [1.1e-3, "1.1µs"],
    [2.2, "2.2ms"],
    [3_300, "3.3s"],
    [4 * 60_000 + 5_000, "4m5s"],
    [4 * 60_000 + 5_001, "4m5.001s"],
    [5 * 3_600_000 + 6 * 60_000 + 7_001, "5h6m7.001s"],
    [8 * 60_000 + 1e-6, "8m0.000000001s"],
    [62_500, "1m2.5s"],
    [3_600_000, "1h0m0s"],
    [72 * 3_600_000 + 3 * 60_000 + 500, "72h3m0.5s"],
    [60_000, "1m0s"],
    [999, "999ms"],
    [1_000, "1s"],
    [-1_500, "-1.5s"],
  ];
  for (const [milliseconds, text] of cases) {
    it(`writes ${milliseconds} ms as ${text}`, () => assert.equal(formatGoDuration(milliseconds), text));
  }

  it("writes whole milliseconds without loss", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 * 365 * 86_400_000 }), (milliseconds) => {
        assert.equal(millisecondsOf(formatGoDuration(milliseconds)), milliseconds);
      }),
    );
  });
});

function millisecondsOf(text: string): number {
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
  let sum = 0;
  for (const [, value, unit] of text.matchAll(/([\d.]+)(ms|[hms])/g)) sum += Number(value) * units[unit!]!;
  return Math.round(sum);
}
