import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createAloud } from "../../src/webview/log/aloud.ts";
import { texts } from "./texts.ts";

describe("what is told of the lines to those who don't see them", () => {
  it("is what each search has found, once", () => {
    const said: string[] = [];
    const aloud = createAloud({ ...texts, say: (text) => said.push(text) });
    aloud.found("a", "3 of 9 lines");
    // "Last 15 min" is searched for anew, and lines come.
    aloud.found("a", "4 of 10 lines");
    aloud.found("b", "1 of 10 lines");
    aloud.found("a", "5 of 11 lines");
    assert.deepEqual(said, ["3 of 9 lines", "1 of 10 lines", "5 of 11 lines"]);
  });

  it("is that none was found, once for all searches that end so, and what is found after that", () => {
    const said: string[] = [];
    const aloud = createAloud({ ...texts, say: (text) => said.push(text) });
    const none = "No line fits: left out by the search.";
    aloud.found("foo", "3 of 9 lines");
    aloud.nothing(none);
    // With each key of a query, and whenever the page is drawn.
    aloud.nothing(none);
    aloud.found("foo", "3 of 9 lines");
    aloud.found("foo", "4 of 10 lines");
    aloud.nothing(none);
    aloud.nothing("No line fits: left out by the search, the pause.");
    assert.deepEqual(said, [
      "3 of 9 lines",
      none,
      "3 of 9 lines",
      none,
      "No line fits: left out by the search, the pause.",
    ]);
  });

  it("is that lines came, at once and then seldom", () => {
    const said: string[] = [];
    let now = 0;
    const aloud = createAloud({ ...texts, say: (text) => said.push(text), now: () => now });
    for (let count = 1; now < 65_000; now += 250) aloud.fresh(count++);
    assert.deepEqual(said, ["1 new ↓", "121 new ↓", "241 new ↓"]);
    aloud.fresh(0);
    aloud.fresh(1);
    assert.equal(said.length, 4);
    for (let i = 0; i < 20; i++) aloud.fresh(i % 2);
    assert.equal(said.length, 4);
  });
});
