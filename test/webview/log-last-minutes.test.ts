import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { createLastMinutes } from "../../src/webview/log/last-minutes.ts";
import { EVERYTHING, INITIAL, type LogState, type Range } from "../../src/webview/log/state.ts";
import { stepTo } from "../../src/webview/log/steps.ts";

const START = 1_700_000_000_000;
const MINUTE = 60_000;
const last = (seconds: number): Range => ({ kind: "last", seconds });

/** A view of the last five minutes, at a time that passes by hand; each search tells what it counts back from. */
function view(t: TestContext) {
  t.mock.timers.enable({ apis: ["Date"], now: START });
  let state: LogState = { ...INITIAL, filter: { ...EVERYTHING, range: last(300) } };
  const reading = { following: true };
  const searched: number[] = [];
  const searching = {
    at: 0,
    paused: undefined as { at: number } | undefined,
    search() {
      searching.at = Date.now();
      searched.push((minutes.begin(searching.at) - START) / MINUTE);
    },
  };
  const minutes = createLastMinutes({
    state: () => state,
    keep: (changes) => {
      state = { ...state, ...changes };
    },
    reading: () => reading,
    searching: () => searching,
    draw: () => undefined,
  });
  searching.search();
  return {
    minutes,
    searching,
    searched,
    pass: (minutesOn: number) => t.mock.timers.tick(minutesOn * MINUTE),
    scroll(following: boolean) {
      reading.following = following;
      state = { ...state, kept: following ? undefined : { key: [1, 0, 1, 1], y: 0 } };
      minutes.moveOn();
    },
    apply(changes: Partial<LogState["filter"]>) {
      state = { ...state, ...stepTo(state, { ...state.filter, ...changes }, true) };
      searching.search();
    },
    /** The page was gone, and begins with what it kept. */
    hide() {
      reading.following = true;
      searching.search();
    },
    since: () => {
      const since = minutes.since();
      return since === undefined ? undefined : (since - START) / MINUTE;
    },
  };
}

describe("the last minutes", () => {
  it("move on while the newest lines are followed", (t) => {
    const one = view(t);
    one.minutes.moveOn();
    one.pass(3);
    one.minutes.moveOn();
    one.minutes.moveOn();
    assert.deepEqual([one.searched, one.since()], [[0, 3], undefined]);
  });

  it("begin where they began while someone reads, whatever is searched for, and it is said since when", (t) => {
    const one = view(t);
    one.scroll(false);
    assert.equal(one.since(), undefined);
    one.pass(8);
    one.minutes.moveOn();
    one.apply({ query: "error" });
    one.hide();
    assert.deepEqual(one.searched, [0, 0, 0]);
    assert.equal(one.since(), -5);
    assert.equal(one.minutes.moment(), START);
    one.scroll(true);
    assert.deepEqual([one.searched.at(-1), one.since()], [8, undefined]);
  });

  it("begin where they began while the view is paused, and move on with it", (t) => {
    const one = view(t);
    one.pass(0.01);
    one.searching.paused = { at: Date.now() };
    one.pass(2);
    one.minutes.moveOn();
    one.apply({ query: "error" });
    assert.deepEqual([one.searched, one.since()], [[0, 0], -5]);
    one.searching.paused = undefined;
    one.minutes.moveOn();
    assert.deepEqual([one.searched.at(-1), one.since()], [2.01, undefined]);
  });

  it("are counted from now where others are asked for", (t) => {
    const one = view(t);
    one.scroll(false);
    one.pass(8);
    one.apply({ range: last(900) });
    assert.deepEqual([one.searched, one.since()], [[0, 8], undefined]);
    one.pass(1);
    one.apply({ range: { kind: "all" } });
    one.apply({ range: last(900) });
    assert.deepEqual(one.searched.slice(2), [9, 9]);
  });
});
