import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createDropReader } from "../../src/spool/drop-reader.ts";
import type { Drop } from "../../src/spool/drops.ts";

const drop = (time: number, source: string, lines: number): Drop => ({
  ...{ time, source },
  sinks: [["influx", lines]],
});

describe("the places where lines were given up", () => {
  const all = Array.from({ length: 100 }, (_, i) => drop(i, i % 2 === 0 ? "a" : "b", i + 1));

  it("are those of the span and the sources of a search", () => {
    const reader = createDropReader(() => all);
    const times = (span: Parameters<typeof reader.read>[1]) =>
      reader.read("x", span, 500).map(({ time }) => time);
    assert.deepEqual(times({ since: 97 }), [97, 98, 99]);
    assert.deepEqual(times({ since: 3, until: 6 }), [3, 4, 5]);
    assert.deepEqual(times({ until: 5, sources: ["b"] }), [1, 3]);
    assert.deepEqual(times({ sources: [] }), []);
  });

  it("are put together where they are many, and no line is lost by it", () => {
    const told = createDropReader(() => all).read("x", {}, 7);
    assert.ok(told.length <= 7);
    assert.equal(told[0]?.time, 0);
    const sum = told.flatMap(({ sinks }) => sinks).reduce((total, [, lines]) => total + lines, 0);
    assert.equal(sum, 5050);
  });

  it("are read once a second at most, and are the last ones known when they can't be read", () => {
    let reads = 0;
    const reader = createDropReader(() => {
      reads++;
      throw new Error("the disk fails");
    });
    assert.deepEqual([reader.read("x", {}, 5), reader.read("x", {}, 5), reads], [[], [], 1]);
  });
});
