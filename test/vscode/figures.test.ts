import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { bytes, compact } from "../../src/vscode/figures.ts";

describe("figures for people", () => {
  for (const [value, text] of [
    [0, "0"],
    [0.44, "0.4"],
    [9.94, "9.9"],
    [9.96, "10"],
    [999, "999"],
    [999.6, "1k"],
    [1234, "1.2k"],
    [34_567, "35k"],
    [999_700, "1M"],
    [1_250_000, "1.3M"],
    [2e9, "2G"],
  ] as const) {
    it(`writes ${value} as ${text}`, () => assert.equal(compact(value), text));
  }

  it("writes bytes in the unit that keeps them short", () => {
    assert.deepEqual([0, 1023, 1536, 1024 ** 2 - 1, 35 * 1024 ** 2, 2 * 1024 ** 4].map(bytes), [
      "0 B",
      "1023 B",
      "1.5 KB",
      "1 MB",
      "35 MB",
      "2 TB",
    ]);
  });

  it("never needs more than four characters for a count below a trillion", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 999e9, noNaN: true }), (value) => {
        assert.ok(compact(value).length <= 4, compact(value));
      }),
    );
  });
});
