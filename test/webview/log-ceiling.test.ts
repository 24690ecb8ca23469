import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ceilingOf, storeysOf } from "../../src/webview/log/ceiling.ts";

describe("the scale of the log view's histogram", () => {
  it("ends with a line of the grid that no bar passes, on a round number", () => {
    const counts = [0, 1, 2, 3, 5, 6, 9, 10, 11, 45, 50, 51, 999, 1_001, 1_300, 52_000, 1_000_000];
    assert.deepEqual(
      counts.map(ceilingOf),
      [1, 1, 2, 4, 6, 6, 10, 10, 12, 50, 50, 60, 1_000, 1_200, 1_600, 60_000, 1_000_000],
    );
  });

  it("leaves less than half of it free, and has its lines at whole numbers", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (most) => {
        const ceiling = ceilingOf(most);
        assert.ok(ceiling >= most && ceiling <= 2 * most, `${ceiling}`);
        const storeys = storeysOf(ceiling);
        assert.ok(storeys.every(Number.isInteger), storeys.join());
        assert.deepEqual([storeys[0], storeys.at(-1)], [0, ceiling]);
      }),
    );
  });
});
