import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countedText } from "../../src/webview/log/facet-told.ts";
import { texts } from "./texts.ts";

const told = (counted: number, hits: number, done: boolean, now = hits) =>
  countedText(texts.l10n, texts.formats, { counted, hits, done }, now);

describe("how many hits the fields were counted of", () => {
  it("is told: all, a sample, or so many so far", () => {
    assert.equal(told(1_459, 1_459, true), "all 1,459 hits counted");
    assert.equal(told(900, 1_459, false), "counting: 900 of 1,459 hits");
    assert.equal(told(900, 1_459, true), "sampled: 900 of 1,459 hits");
  });

  it("is never called all while the list has others by now", () => {
    assert.equal(told(75, 75, true, 78), "counting: 75 of 78 hits");
    assert.equal(told(900, 1_459, true, 1_500), "sampled: 900 of 1,500 hits");
    assert.equal(told(75, 75, true, 60), "counting: 75 of 75 hits");
  });
});
