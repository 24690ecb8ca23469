import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { changedFrom } from "../../src/remote/changes.ts";

const stepsOf = (times: readonly number[], width: number) => {
  const counts = new Map<number, number>();
  for (const time of times.toSorted((a, b) => a - b)) {
    const start = Math.floor(time / width) * width;
    counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  return [...counts].map(([start, count]) => ({ start, width, count }));
};

describe("what has changed between two looks at an index", () => {
  it("is nothing where nothing came, and everything at first", () => {
    assert.equal(changedFrom(stepsOf([1, 2, 9], 5), stepsOf([1, 2, 9], 10)), undefined);
    assert.equal(changedFrom(undefined, stepsOf([1], 5)), 0);
  });

  it("never begins behind a place that holds another hit", () => {
    const times = fc.array(fc.integer({ min: -100, max: 300 }), { maxLength: 30 });
    const width = fc.constantFrom(1, 5, 10, 50);
    fc.assert(
      fc.property(times, times, width, width, (old, more, first, second) => {
        const before = old.toSorted((a, b) => a - b);
        const now = [...old, ...more].sort((a, b) => a - b);
        const from = changedFrom(stepsOf(old, first), stepsOf(now, second)) ?? now.length;
        assert.deepEqual(now.slice(0, from), before.slice(0, from));
        if (more.length > 0) assert.ok(from < now.length);
      }),
    );
  });
});
