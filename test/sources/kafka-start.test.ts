import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { committedOf, isKnown, markerOf, readMarker, startOf, tagOf } from "../../src/sources/kafka/start.ts";

const key = "0123456789abcdef";
const other = "fedcba9876543210";

describe("where a partition is read on", () => {
  const known = { own: undefined, committed: undefined, low: 10, high: 100, otherwise: 100 };

  it("begins as it is configured where nobody has read", () => {
    assert.deepEqual(startOf(known), { next: 100, key: undefined, lost: 0, anew: undefined });
  });

  it("goes on at what is further, the spool or the group", () => {
    const own = { next: 50, key };
    assert.equal(startOf({ ...known, own, committed: { offset: 40, key } }).next, 50);
    assert.equal(startOf({ ...known, own, committed: { offset: 60, key } }).next, 60);
    assert.equal(startOf({ ...known, own }).next, 50);
  });

  it("is told to the group wherever the group has another place, so that who comes next repeats nothing", () => {
    assert.ok(isKnown({ next: 50, key }, { offset: 50, key, count: 8 }));
    const elsewhere = { offset: 40, key, count: 8 };
    const uncounted = { offset: 50, key };
    for (const committed of [undefined, elsewhere, { offset: 50, key: other, count: 8 }, uncounted])
      assert.ok(!isKnown({ next: 50, key }, committed));
  });

  it("takes what was set by hand as it is, under the same ids", () => {
    const start = startOf({ ...known, own: { next: 50, key }, committed: { offset: 20, key: undefined } });
    assert.deepEqual([start.next, start.key], [20, key]);
  });

  it("takes no account of what it read of another topic of the name", () => {
    const start = startOf({ ...known, own: { next: 90, key }, committed: { offset: 30, key: other } });
    assert.deepEqual([start.next, start.key], [30, other]);
  });

  it("counts what the broker deleted before it was read", () => {
    const start = startOf({ ...known, committed: { offset: 4, key } });
    assert.deepEqual([start.next, start.lost, start.key], [10, 6, key]);
  });

  it("begins anew where the partition ends before its position", () => {
    const start = startOf({ ...known, own: { next: 101, key } });
    assert.deepEqual(start, { next: 10, key: undefined, lost: 0, anew: 101 });
  });

  it("never leaves what the broker holds", () => {
    const place = fc.nat(200);
    const keys = fc.constantFrom(key, other);
    const owns = fc.option(fc.record({ next: place, key: keys }), { nil: undefined });
    const groups = fc.option(fc.record({ offset: place, key: fc.option(keys, { nil: undefined }) }), {
      nil: undefined,
    });
    fc.assert(
      fc.property(owns, groups, place, place, (own, committed, one, two) => {
        const [low, high] = one < two ? [one, two] : [two, one];
        const start = startOf({ own, committed, low, high, otherwise: low });
        assert.ok(start.next >= low && start.next <= high);
        if (start.anew === undefined && committed?.key !== undefined)
          assert.ok(start.next >= committed.offset, "nothing that the group has passed is read again");
      }),
      { numRuns: 100 },
    );
  });

  it("writes what it reads", () => {
    assert.deepEqual(committedOf("7", tagOf(key, 12)), { offset: 7, key, count: 12 });
    const uncounted = `log-monitor ${key}`;
    assert.deepEqual(
      committedOf("7", uncounted),
      { offset: 7, key, count: undefined },
      "of an older version",
    );
    for (const foreign of ["of another program", `${tagOf(key, 1)}x`, `${uncounted}/-1`])
      assert.deepEqual(committedOf("7", foreign), { offset: 7, key: undefined, count: undefined });
    assert.equal(committedOf("-1", null), undefined);
    assert.deepEqual(readMarker(markerOf(3, 9)), { next: 3, high: 9 });
    assert.equal(readMarker("00ff+"), undefined);
  });
});
