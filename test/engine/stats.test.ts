import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createFlow } from "../../src/engine/stats.ts";

/** Rates (lines/s) after each of some seconds, in which so many lines came. */
function rates(...lines: readonly number[]): number[] {
  const flow = createFlow();
  return lines.map((count) => {
    flow.add({ lines: count, bytes: count, unparsed: 0, errors: 0 });
    flow.tick(1);
    const { linesPerSecond, bytesPerSecond } = flow.figures();
    assert.equal(bytesPerSecond, linesPerSecond);
    return linesPerSecond;
  });
}
const seconds = (length: number, linesAt: (second: number) => number) =>
  rates(...Array.from({ length }, (_, second) => linesAt(second)));

describe("the rates of a flow", () => {
  it("are one steady rate where a line comes every other second", () => {
    const steady = seconds(30, (second) => second % 2).slice(10);
    assert.deepEqual([...new Set(steady)], [0.5]);
  });

  it("are those so far in the first ten seconds", () => {
    assert.deepEqual(rates(3, 0, 0), [3, 1.5, 1]);
  });

  it("fall to zero ten seconds after the last line of a slow flow", () => {
    const falling = seconds(12, (second) => (second === 0 ? 9 : 0));
    assert.deepEqual(falling.slice(8), [1, 0.9, 0, 0]);
  });

  it("are of the last second alone where many lines come, and after they did", () => {
    assert.deepEqual(rates(5_000, 4_000, 0, 0, 7), [5_000, 4_000, 0, 0, 7]);
  });

  it("go by the time that a tick took", () => {
    const flow = createFlow();
    for (let tick = 0; tick < 20; tick++) {
      flow.add({ lines: 3, bytes: 0, unparsed: 0, errors: 0 });
      flow.tick(1.5);
    }
    assert.equal(flow.figures().linesPerSecond, 2);
  });
});
