import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { backoff } from "../../src/lib/backoff.ts";

/** Just below 1, the most that Math.random gives. */
const MOST = 1 - 2 ** -53;

describe("backoff", () => {
  it("doubles its bound from try to try, up to the cap", () => {
    const retry = backoff({ base: 100, cap: 1_000, random: () => 1 });
    assert.deepEqual(
      Array.from({ length: 6 }, () => retry.next()),
      [100, 200, 400, 800, 1_000, 1_000],
    );
  });

  it("draws from all of the range, down to nothing", () => {
    assert.equal(backoff({ base: 100, random: () => 0 }).next(), 0);
    assert.equal(backoff({ base: 100, random: () => 0.25 }).next(), 25);
  });

  it("waits as long as it was asked to, also beyond the cap", () => {
    const retry = backoff({ base: 100, cap: 1_000, random: () => 0 });
    assert.equal(retry.next(5_000), 5_000);
    assert.equal(retry.next(), 0);
  });

  it("begins anew after a reset", () => {
    const retry = backoff({ base: 100, cap: 10_000, random: () => 1 });
    for (let tries = 0; tries < 5; tries++) retry.next();
    retry.reset();
    assert.equal(retry.attempts, 0);
    assert.equal(retry.next(), 100);
  });

  it("spreads clients that failed together", () => {
    const waits = Array.from({ length: 200 }, () => {
      const retry = backoff({ base: 1_000 });
      retry.next();
      return retry.next();
    });
    const quarters = [0, 1, 2, 3].map(
      (quarter) => waits.filter((wait) => Math.floor(wait / 500) === quarter).length,
    );
    // Each holds 50 of 200 in the mean: none with so few happens once in a thousand million times.
    for (const count of quarters) assert.ok(count > 12, `${quarters}`);
  });

  it("stays between what was asked for and its bound, however often it fails (property)", () => {
    const given = fc.record({
      base: fc.integer({ min: 1, max: 10_000 }),
      cap: fc.integer({ min: 1, max: 600_000 }),
      steps: fc.array(
        fc.record({
          random: fc.double({ min: 0, max: MOST, noNaN: true }),
          atLeast: fc.nat(100_000),
          reset: fc.boolean(),
        }),
        { maxLength: 100 },
      ),
    });
    fc.assert(
      fc.property(given, ({ base, cap, steps }) => {
        let drawn = 0;
        const retry = backoff({ base, cap, random: () => drawn });
        let attempt = 0;
        for (const { random, atLeast, reset } of steps) {
          if (reset) {
            retry.reset();
            attempt = 0;
          }
          drawn = random;
          const wait = retry.next(atLeast);
          const bound = Math.min(cap, base * 2 ** Math.min(attempt, 30));
          assert.ok(wait >= atLeast && wait <= Math.max(atLeast, bound), `${wait} of ${bound}`);
          assert.ok(Number.isFinite(wait));
          attempt++;
        }
      }),
    );
  });
});
