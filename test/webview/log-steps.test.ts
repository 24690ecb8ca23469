import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { EVERYTHING, INITIAL, type LogState, type Range } from "../../src/webview/log/state.ts";
import { fullLog, openedFor, stepTo, wayBack, zoom } from "../../src/webview/log/steps.ts";

const KEY = [1, 2, 3, 4] as const;
const errors: LogState = {
  ...INITIAL,
  filter: { ...EVERYTHING, query: "level:error" },
  accepted: "level:error",
};
const here = (query: string) => ({ query, index: undefined });
const after = (state: LogState, changes: Partial<LogState> | undefined): LogState => ({
  ...state,
  ...changes,
});

describe("the full log around a line", () => {
  it("is gone back from to the search before", () => {
    const full = after(errors, fullLog(errors, [...KEY], errors.filter.query));
    assert.deepEqual(full.filter, EVERYTHING);
    assert.equal(fullLog(full, [...KEY], full.filter.query), undefined);
    assert.deepEqual(after(full, wayBack(full)), errors);
  });

  it("is the full log no more once it is narrowed, and the search before is in the history", () => {
    const full = after(errors, fullLog(errors, [...KEY], errors.filter.query));
    const narrowed = after(full, stepTo(full, { ...full.filter, query: "timeout" }, true));
    assert.equal(narrowed.back, undefined);
    assert.deepEqual(narrowed.history, [here("level:error"), here("timeout")]);
    // And again a line of it can be shown in the full log.
    const again = after(narrowed, fullLog(narrowed, [...KEY], narrowed.filter.query));
    assert.equal(after(again, wayBack(again)).filter.query, "timeout");
  });

  it("stays it when the same is asked for once more", () => {
    const full = after(errors, fullLog(errors, [...KEY], errors.filter.query));
    assert.deepEqual(after(full, stepTo(full, { ...full.filter }, true)), full);
  });
});

describe("what a view is opened for", () => {
  it("takes the place of all that narrowed it, and its query goes into the history", () => {
    const full = after(errors, fullLog(errors, [...KEY], errors.filter.query));
    const found = after({ ...full, filter: { ...EVERYTHING, query: "a" } }, openedFor(full, { index: "es" }));
    assert.equal(found.back, undefined);
    assert.deepEqual(found.filter, EVERYTHING);
    assert.equal(found.index, "es");
    assert.deepEqual(after(errors, openedFor(errors, { source: "app" })).history, [here("level:error")]);
  });
});

describe("a view that is paused", () => {
  it("goes on when it is opened for something else, which may have come since", () => {
    const paused: LogState = { ...errors, paused: { at: 4711 } };
    assert.equal(after(paused, openedFor(paused, { source: "app" })).paused, undefined);
    assert.equal(after(paused, stepTo(paused, EVERYTHING, true)).paused?.at, 4711);
  });
});

describe("the place that is searched", () => {
  it("stays, until another is asked for: then nothing leads back to a line of the one before", () => {
    const there = after(errors, stepTo(errors, errors.filter, false, { index: "es" }));
    assert.deepEqual(there, { ...errors, index: "es" });
    const asked = after(there, stepTo(there, { ...there.filter, query: "a" }, true));
    assert.equal(asked.index, "es");
    assert.deepEqual(
      asked.history,
      ["level:error", "a"].map((query) => ({ query, index: "es" })),
    );
    const full = after(asked, fullLog(asked, [...KEY], asked.filter.query));
    assert.equal(after(full, wayBack(full)).index, "es");
    const home = after(full, stepTo(full, full.filter, false, { index: undefined }));
    assert.deepEqual([home.index, home.back, home.history], [undefined, undefined, asked.history]);
  });
});

describe("the line that is chosen", () => {
  it("stays it in another search, but not in another place", () => {
    const chosen: LogState = { ...errors, chosen: [...KEY] };
    assert.deepEqual(after(chosen, stepTo(chosen, EVERYTHING, true)).chosen, KEY);
    assert.equal(after(chosen, stepTo(chosen, chosen.filter, false, { index: "es" })).chosen, undefined);
    assert.deepEqual(after(chosen, openedFor(chosen, { query: "a" })).chosen, KEY);
    assert.equal(after(chosen, openedFor(chosen, { index: "es" })).chosen, undefined);
  });
});

describe("the history of queries", () => {
  const asked = (state: LogState, query: string, finished = true) =>
    after(state, stepTo(state, { ...state.filter, query }, finished));
  const texts = ({ history }: LogState) => history.map(({ query }) => query);

  it("has what was finished, and what was replaced unfinished, but not each key", () => {
    const typed = asked(asked(INITIAL, "tim", false), "timeout", false);
    assert.deepEqual(texts(typed), []);
    const emptied = asked(typed, "");
    assert.deepEqual(texts(emptied), ["timeout"]);
    const clicked = asked(asked(emptied, "disk", false), "disk level:error");
    assert.deepEqual(texts(clicked), ["timeout", "disk", "disk level:error"]);
  });
});

describe("zooming out", () => {
  const between = (since: number, until: number) => ({ since, until });
  const of = (range: Range): LogState => ({ ...INITIAL, filter: { ...EVERYTHING, range } });

  it("leads back through the ranges that were zoomed into from", () => {
    const ranges: fc.Arbitrary<Range> = fc.oneof(
      fc.constant({ kind: "all" } as const),
      fc.nat().map((seconds) => ({ kind: "last", seconds }) as const),
      fc.tuple(fc.nat(), fc.nat()).map(([since, until]) => ({ kind: "between", since, until }) as const),
    );
    fc.assert(
      fc.property(ranges, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 20 }), (first, spans) => {
        const passed = [of(first)];
        for (const [since, until] of spans) {
          const state = passed.at(-1) as LogState;
          passed.push(after(state, zoom(state, between(since, until))));
        }
        let state = passed.pop() as LogState;
        for (const before of passed.reverse()) {
          state = after(state, zoom(state, undefined));
          assert.deepEqual(state, before);
        }
      }),
    );
  });

  it("leads to all time from a range that nothing was zoomed into, and nowhere from others", () => {
    const drilled = of({ kind: "between", since: 1, until: 2 });
    assert.deepEqual(zoom(drilled, undefined)?.filter.range, { kind: "all" });
    assert.equal(zoom(of({ kind: "last", seconds: 900 }), undefined), undefined);
    assert.equal(zoom(INITIAL, undefined), undefined);
  });

  it("does not lead back past a range that was chosen otherwise", () => {
    const five = of({ kind: "last", seconds: 300 });
    const near = after(five, zoom(five, between(1, 2)));
    const day: Range = { kind: "last", seconds: 86_400 };
    const chosen = after(near, stepTo(near, { ...near.filter, range: day }, true));
    assert.equal(zoom(chosen, undefined), undefined);
    // Other changes leave the way back.
    const narrowed = after(near, stepTo(near, { ...near.filter, query: "x" }, false));
    assert.deepEqual(zoom(narrowed, undefined)?.filter.range, five.filter.range);
  });
});
