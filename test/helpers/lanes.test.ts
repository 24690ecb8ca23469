import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { runLanes } from "./lanes.ts";

describe("lanes", () => {
  it("run all jobs, each lane's in order, no more at a time than there is room for", async () => {
    const lanesOf = fc.array(
      fc.record({ width: fc.integer({ min: 1, max: 3 }), turns: fc.array(fc.nat(5), { maxLength: 8 }) }),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(lanesOf, fc.integer({ min: 1, max: 5 }), async (given, slots) => {
        const began: number[][] = given.map(() => []);
        const ended: number[] = given.map(() => 0);
        const underWay = (): number[] => began.map((of, i) => of.length - (ended[i] ?? 0));
        const lanes = given.map(({ width, turns }, lane) => ({
          width,
          jobs: turns.map((turns, job) => async () => {
            began[lane]?.push(job);
            assert.ok((underWay()[lane] ?? 0) <= width);
            assert.ok(underWay().reduce((sum, one) => sum + one, 0) <= slots);
            for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
            ended[lane] = (ended[lane] ?? 0) + 1;
          }),
        }));
        await runLanes(lanes, slots);
        assert.deepEqual(
          began,
          given.map(({ turns }) => turns.map((_, job) => job)),
        );
        assert.deepEqual(
          ended,
          given.map(({ turns }) => turns.length),
        );
      }),
    );
  });

  it("let the last one be wider", async () => {
    let [running, most, both] = [0, 0, 0];
    let other = 0;
    const wait = () => new Promise((resolve) => setImmediate(resolve));
    const last = async () => {
      most = Math.max(most, ++running);
      if (other > 0) both = Math.max(both, running);
      for (let turn = 0; turn < 5; turn++) await wait();
      running--;
    };
    const first = async () => {
      other++;
      for (let turn = 0; turn < 12; turn++) await wait();
      other--;
    };
    const jobs = Array.from({ length: 9 }, () => last);
    await runLanes(
      [
        { jobs, width: 1, alone: 3 },
        { jobs: [first], width: 1 },
      ],
      4,
    );
    assert.deepEqual([both, most], [1, 3]);
  });

  it("give a free slot to the first lane that may use it", async () => {
    const begun: string[] = [];
    const job = (name: string) => async () => {
      begun.push(name);
      await new Promise((resolve) => setImmediate(resolve));
    };
    const one = { width: 1, jobs: ["a", "b"].map(job) };
    const other = { width: 2, jobs: ["1", "2", "3"].map(job) };
    await runLanes([one, other], 2);
    assert.deepEqual(begun.slice(0, 2), ["a", "1"]);
    assert.ok(begun.indexOf("b") < begun.indexOf("3"));
  });
});
