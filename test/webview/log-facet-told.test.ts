import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  countedText,
  longerText,
  othersText,
  spreadTexts,
  valuesText,
} from "../../src/webview/log/facet-told.ts";
import { texts } from "./texts.ts";

const told = (counted: number, hits: number, done: boolean, now = hits) =>
  countedText(texts.l10n, texts.formats, { counted, hits, done }, now);

describe("how many hits the fields were counted of", () => {
  it("is told: all, a sample, or so many so far", () => {
    assert.equal(told(1_459, 1_459, true), "all 1,459 hits counted");
    assert.equal(told(900, 1_459, false), "counting: 900 of 1,459 hits");
    assert.equal(told(900, 1_459, true), "sampled: 900 of 1,459 hits");
  });

  it("is one hit where it is one, as is a line with a longer value", () => {
    assert.equal(told(1, 1, true), "1 hit counted");
    assert.equal(longerText(texts.l10n, texts.formats, 1), "1 line has a longer value");
    assert.equal(longerText(texts.l10n, texts.formats, 2), "2 lines have a longer value");
  });

  it("is never called all while the list has others by now", () => {
    assert.equal(told(75, 75, true, 78), "counting: 75 of 78 hits");
    assert.equal(told(900, 1_459, true, 1_500), "sampled: 900 of 1,500 hits");
    assert.equal(told(75, 75, true, 60), "counting: 75 of 75 hits");
  });
});

describe("what a server counts by estimate", () => {
  const { l10n, formats } = texts;
  const values = [{ text: "a", count: 3, missed: 0 }];
  const exact = { distinct: 4_001, more: false, values };
  const rough = { ...exact, rough: true };

  it("is called so: how many values there are, and how many beside those listed", () => {
    assert.equal(valuesText(l10n, formats, exact), "4,001 values");
    assert.equal(othersText(l10n, formats, exact), "and 4,000 others");
    assert.equal(othersText(l10n, formats, { ...exact, distinct: exact.values.length + 1 }), "and 1 other");
    assert.equal(valuesText(l10n, formats, rough), "about 4,001 values");
    assert.equal(othersText(l10n, formats, rough), "and about 4,000 others");
    assert.equal(valuesText(l10n, formats, { ...exact, more: true }), "more than 4,001 values");
  });

  it("is called so: quantiles, but not the least and the most; they are compared with as they are told", () => {
    const numbers = { count: 9, min: 1.2345, max: 2_000_000, p50: 1234.5, p99: 0.012345 };
    assert.deepEqual(spreadTexts(l10n, "p99", numbers), { value: 0.0123, text: "0.0123" });
    assert.deepEqual(spreadTexts(l10n, "p99", { ...numbers, rough: true }), {
      value: 0.0123,
      text: "about 0.0123",
    });
    assert.deepEqual(spreadTexts(l10n, "min", { ...numbers, rough: true }), { value: 1.2345, text: "1.23" });
    assert.equal(spreadTexts(l10n, "p90", numbers), undefined);
  });
});
