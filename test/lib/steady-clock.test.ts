import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createSteadyClock } from "../../src/lib/steady-clock.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function clocks() {
  let wall = 1_700_000_000_000;
  let steady = 5_000;
  const clock = createSteadyClock({ wall: () => wall, steady: () => steady });
  return {
    clock,
    /** Time passes; the wall clock is set by `jump` ms besides. */
    pass(ms: number, jump = 0) {
      steady += ms;
      wall += ms + jump;
      return clock() - wall;
    },
  };
}

describe("clock for what is thrown away by age", () => {
  it("tells whole milliseconds, also while a jump is new, though the one that runs has parts of them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1e7, noNaN: true }), fc.integer({ min: -DAY, max: DAY }))),
        (steps) => {
          let [wall, steady] = [1_700_000_000_000, 1234.567];
          const clock = createSteadyClock({ wall: () => Math.round(wall), steady: () => steady });
          for (const [ms, jump] of steps) {
            steady += ms;
            wall += ms + jump;
            assert.ok(Number.isSafeInteger(clock()), String(clock()));
          }
        },
      ),
    );
  });

  it("goes with the time of day, and with small corrections of it", () => {
    const { pass } = clocks();
    assert.equal(pass(1_000), 0);
    for (let at = 0; at < 100; at++) assert.equal(pass(1_000, 900), 0);
  });

  for (const jump of [30 * DAY, -30 * DAY]) {
    it(`goes on as before while a jump of ${jump / DAY} days is new, and when it is taken back`, () => {
      const { pass } = clocks();
      assert.equal(pass(1_000, jump), -jump);
      assert.equal(pass(HOUR / 2), -jump);
      assert.equal(pass(1_000, -jump), 0);
      assert.equal(pass(2 * HOUR), 0);
    });

    it(`believes a jump of ${jump / DAY} days once it has stood for an hour`, () => {
      const { pass } = clocks();
      assert.equal(pass(1_000, jump), -jump);
      assert.equal(pass(HOUR - 1), -jump);
      assert.equal(pass(1), 0);
    });
  }

  it("waits for a clock that jumps again and again to settle", () => {
    const { pass } = clocks();
    let off = 0;
    for (let at = 1; at < 10; at++) {
      off -= at * DAY;
      assert.equal(pass(HOUR / 2, at * DAY), off);
    }
  });
});
