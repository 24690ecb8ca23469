import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createRandom } from "../../src/cli/lines.ts";
import { createBursts, createPace } from "../../src/cli/pace.ts";

describe("pace", () => {
  it("gives the rate over any steps shorter than a second, and never a part of a line", () => {
    const steps = fc.array(fc.double({ min: 0.1, max: 900, noNaN: true }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100_000 }), steps, (rate, waits) => {
        const pace = createPace(rate, 0);
        let now = 0;
        let lines = 0;
        for (const wait of waits) {
          now += wait;
          const due = pace.due(now);
          assert.ok(Number.isInteger(due));
          lines += due;
        }
        assert.ok(Math.abs(lines - (now * rate) / 1000) <= 1 + 1e-6 * lines);
      }),
    );
  });

  it("floods nothing after a pause", () => {
    const pace = createPace(50, 0);
    assert.equal(pace.due(3_600_000), 50);
  });

  it("keeps to a rate below one a second", () => {
    const pace = createPace(0.5, 0);
    let lines = 0;
    for (let now = 100; now <= 60_000; now += 100) lines += pace.due(now);
    assert.ok(Math.abs(lines - 30) <= 1, `${lines}`);
  });

  it("knows no bound at rate 0", () => assert.ok(createPace(0, 0).due(0) > 0));

  it("keeps to the rate on average in bursts, with silences between", () => {
    const pace = createBursts(1000, 0, createRandom(3));
    let lines = 0;
    let silences = 0;
    for (let now = 0; now <= 600_000; now += 10) {
      const due = pace.due(now);
      lines += due;
      if (due === 0) silences++;
    }
    assert.ok(Math.abs(lines - 600_000) < 5_000, `${lines}`);
    assert.ok(silences > 55_000);
  });
});
