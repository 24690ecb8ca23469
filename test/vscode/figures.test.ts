import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createFigures } from "../../src/vscode/figures.ts";

const { bytes, compact } = createFigures("en");

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
      "0B",
      "1,023B",
      "1.5kB",
      "1MB",
      "35MB",
      "2TB",
    ]);
  });

  it("are written as the language of the window writes them, and not the machine's", () => {
    const at = Date.UTC(2026, 2, 4, 13, 49, 52);
    for (const name of ["de", "en", "zh-cn"]) {
      const { whole, compact, bytes, moment, time } = createFigures(name);
      const told = [whole(1_234_567.5), compact(1_234), bytes(1536), moment(at), time(at)];
      const point = name === "de" ? "," : ".";
      assert.deepEqual(told.slice(0, 3), [
        name === "de" ? "1.234.567,5" : "1,234,567.5",
        `1${point}2k`,
        name === "en" ? "1.5kB" : `1${point}5 kB`,
      ]);
      assert.deepEqual(told.slice(3), [
        new Date(at).toLocaleString(name),
        new Date(at).toLocaleTimeString(name),
      ]);
    }
    assert.equal(createFigures("no language").whole(1_000), createFigures("en").whole(1_000));
  });

  it("never needs more than four characters for a count below a trillion", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 999e9, noNaN: true }), (value) => {
        assert.ok(compact(value).length <= 4, compact(value));
      }),
    );
  });
});
