import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { byTime } from "../../src/lib/instant.ts";
import { remember } from "../../src/protocol/past.ts";
import {
  EVERYTHING,
  INITIAL,
  type LogState,
  latestOf,
  narrowing,
  readState,
} from "../../src/webview/log/state.ts";

const all: LogState = {
  filter: {
    ...EVERYTHING,
    query: "a OR b",
    levels: ["error"],
    sources: ["app"],
    cleared: { at: 5, mark: { segment: 2, files: [[1, 77]] } },
  },
  accepted: "a",
  index: "elastic",
  wrap: true,
  display: {
    columns: [{ id: "time", width: 20 }, { id: "message" }],
    clock: "delta",
    zone: "UTC",
    raw: true,
  },
  split: "statuses",
  trend: "http.took",
  facets: { open: true, unfolded: ["level"] },
  history: [
    { query: "a", index: undefined },
    { query: "b", index: "es" },
  ],
  kept: { key: [1, 2, 3, 4], y: -7, last: [4, 3, 2, 1], ahead: 2 },
  unfolded: [
    [1, 2, 3, 4],
    [2, 3, 4, 5],
  ],
  chosen: [5, 6, 7, 8],
  detailed: true,
  tab: 1,
  tables: ["hits"],
  paused: { at: 4711 },
  counted: { seconds: 60, at: 4700 },
  zoomed: [{ kind: "all" }, { kind: "between", since: 1, until: 9 }],
  back: {
    filter: { ...EVERYTHING, query: "before AND" },
    zoomed: [{ kind: "last", seconds: 60 }],
    key: [9, 0, 1, 2],
    accepted: "before",
    before: {
      filter: EVERYTHING,
      zoomed: [],
      kept: { key: [1, 2, 3, 4], y: 5 },
      paused: { at: 4710 },
      counted: undefined,
      before: undefined,
    },
  },
  led: { range: { kind: "last", seconds: 900 }, source: "app" },
};

describe("what a log view remembers", () => {
  it("comes back as it was kept", () => {
    assert.deepEqual(readState(JSON.parse(JSON.stringify(all))), all);
    for (const kind of [
      { kind: "last", seconds: 60 },
      { kind: "between", since: 1, until: 2 },
    ] as const) {
      const state = { ...all, filter: { ...all.filter, range: kind } };
      assert.deepEqual(readState(JSON.parse(JSON.stringify(state))), state);
    }
  });

  it("is what is understood of what another version kept", () => {
    assert.deepEqual(readState(undefined), INITIAL);
    // As it was kept by name of the record at the top.
    assert.deepEqual(readState({ top: [1, 2, 3, 4], chosen: "x", paused: "now" }), INITIAL);
    assert.deepEqual(readState({ history: ["a", 7] }).history, [{ query: "a", index: undefined }]);
    // As it was kept before these were.
    const { unfolded: _, tab: __, tables: ___, ...older } = all;
    assert.deepEqual(readState(older), { ...all, unfolded: [], tab: 0, tables: [] });
    const odd = readState({ unfolded: [[1, 2, 3, 4], "x", [1]], tab: "JSON", tables: ["hits", 7] });
    assert.deepEqual([odd.unfolded, odd.tab, odd.tables], [[[1, 2, 3, 4]], 0, ["hits"]]);
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(all)), (value, name) => {
        const state = readState(JSON.parse(JSON.stringify({ ...all, [name]: value })));
        assert.deepEqual(readState(JSON.parse(JSON.stringify(state))), state);
      }),
    );
  });
});

describe("what a log view remembers of what was arranged", () => {
  it("grows no further than its bounds, and is the latest", () => {
    const unfolded = Array.from({ length: 500 }, (_, i) => [i, 0, 0, 0]);
    const tables = ["x".repeat(5_000), ...Array.from({ length: 500 }, (_, i) => `${i}`)];
    const state = readState({ unfolded, tables });
    assert.deepEqual([state.unfolded.length, state.unfolded.at(-1)], [100, [499, 0, 0, 0]]);
    assert.deepEqual([state.tables.length, state.tables.at(-1)], [50, "499"]);
  });
});

describe("the queries that were asked", () => {
  it("are told apart by the place they were asked in", () => {
    const here = { query: "a", index: undefined };
    const there = { query: "a", index: "es" };
    const both = remember(remember([], here), there);
    assert.deepEqual(both, [here, there]);
    assert.deepEqual(remember(both, here), [there, here]);
    assert.deepEqual(remember(both, { query: " ", index: "es" }), both);
  });
});

describe("the last moment that is shown", () => {
  it("is the newest line's, also where its clock is a little ahead, but now where it is far ahead", () => {
    assert.equal(latestOf(900, 1_000), 900);
    assert.equal(latestOf(31_000, 1_000), 31_000);
    assert.equal(latestOf(1_000 + 86_400_000, 1_000), 1_000);
  });
});

describe("what is searched for in a view that is paused", () => {
  it("ends there, however long ago that is", () => {
    const range = { kind: "last", seconds: 60 } as const;
    const upTo = { at: 100_000, mark: { segment: 1, files: [] } };
    const at = { query: "", since: 40_000, upTo };
    assert.deepEqual(narrowing({ ...EVERYTHING, range }, 900_000, upTo), at);
    assert.deepEqual(narrowing({ ...EVERYTHING, range }, 100_000), { query: "", since: 40_000 });
    const between = { kind: "between", since: 1, until: 50 } as const;
    // Where nothing is known but the times that lines tell.
    const until = (paused: number) =>
      byTime(narrowing({ ...EVERYTHING, range: between }, 900, { at: paused })).until;
    assert.equal(until(100), 50);
    assert.equal(until(20), 21);
  });
});
