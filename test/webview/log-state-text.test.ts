import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EVERYTHING } from "../../src/webview/log/state.ts";
import { type Situation, stateText } from "../../src/webview/log/state-text.ts";
import { progressOf } from "./log-rows.ts";
import { texts } from "./texts.ts";

const LOSSES = [
  { source: "udp", messages: 1_200 },
  { source: "events", messages: 3 },
];

const told = { search: 1, version: 1, done: true, changedFrom: null };
const found = { ...progressOf(3, told), total: 4_000 };

const said = (situation: Partial<Situation>, losses: typeof LOSSES = []) =>
  stateText(
    { state: { filter: EVERYTHING, index: undefined }, progress: undefined, paused: false, ...situation },
    losses,
    texts.l10n,
    texts.formats,
  );

describe("the line that says how many lines are shown", () => {
  it("tells how far a search is, and what can't be read", () => {
    assert.equal(said({}), "Searching…");
    assert.equal(said({ progress: found }), "3 of 4,000 lines");
    assert.equal(
      said({ progress: { ...found, done: false, scanned: 1_000 } }),
      "3 of 4,000 lines · searching, 25 %",
    );
    assert.equal(
      said({ progress: { ...found, damaged: 7 }, paused: true }),
      "3 of 4,000 lines · paused · 7 lines can't be read",
    );
  });

  it("tells what it counts where the query that is written is wrong", () => {
    const wrong = { progress: found, problem: { reason: "stops short" } };
    assert.equal(said({ ...wrong, inForce: { query: " took:3 " } }), "3 of 4,000 lines · still for took:3");
    assert.equal(said({ ...wrong, inForce: { query: "" } }), "3 of 4,000 lines · still without a query");
    const long = said({ ...wrong, inForce: { query: "a".repeat(9_000) } });
    assert.equal(long, `3 of 4,000 lines · still for ${"a".repeat(40)}…`);
    assert.equal(said({ progress: found, inForce: { query: "took:3" } }), "3 of 4,000 lines");
  });

  it("tells one line as one", () => {
    assert.equal(said({ progress: { ...found, damaged: 1 } }), "3 of 4,000 lines · 1 line can't be read");
  });

  it("tells of no search where there can be none", () => {
    assert.equal(said({ failure: "No log is watched yet" }), "");
    assert.equal(said({ failure: "the thread ended", progress: found }), "3 of 4,000 lines");
  });

  it("tells since when lines are shown, where the last minutes are others by now", () => {
    assert.equal(
      said({ progress: found, since: "09:30", paused: true }),
      "3 of 4,000 lines · from 09:30 on · paused",
    );
  });

  it("tells what was lost of the sources that are shown, and of no others", () => {
    assert.equal(
      said({ progress: found }, LOSSES),
      "3 of 4,000 lines · 1,203 lost before they could be read (udp, events)",
    );
    const of = (sources: readonly string[]) => ({ filter: { ...EVERYTHING, sources }, index: undefined });
    assert.equal(
      said({ progress: found, state: of(["events"]) }, LOSSES),
      "3 of 4,000 lines · 3 lost before they could be read (events)",
    );
    assert.equal(said({ progress: found, state: of(["app"]) }, LOSSES), "3 of 4,000 lines");
  });

  it("tells nothing of them in an index, which others may have filled", () => {
    assert.equal(
      said({ progress: found, state: { filter: EVERYTHING, index: "elastic" } }, LOSSES),
      "3 of 4,000 lines · asked anew every few seconds",
    );
  });
});
