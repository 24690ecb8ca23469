import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EVERYTHING, type Filter } from "../../src/webview/log/state.ts";
import {
  chosenStratum,
  type Split,
  stepText,
  strataOf,
  stratumAt,
  withStratum,
} from "../../src/webview/log/strata.ts";
import { texts } from "./texts.ts";

/** Counts of two steps: levels trace to fatal and none, then statuses 1xx to 5xx and none. */
const CLASSES = [[], [], [5, 0], [1, 2], [0, 3], [], [2, 2], [], [6, 4], [], [], [1, 2], [1, 1]];
const strata = (split: Split) => strataOf({ start: 0, step: 1000, classes: CLASSES }, split, texts.l10n);
const plot = (split: Split) => ({
  lines: strata(split).map(({ id, label, look, counts }) => ({
    ...{ key: id, label, look, drawn: counts, told: counts },
  })),
});

describe("the strata of the histogram", () => {
  it("lie on each other as they are told, those without a class at the bottom", () => {
    assert.deepEqual(
      strata("levels").map(({ label }) => label),
      ["no level", "info", "warn", "error"],
    );
    assert.equal(stepText(plot("levels"), 1, String), "no level 2, warn 2, error 3");
    assert.equal(stepText(plot("statuses"), 0, String), "no status 1, 2xx 6, 5xx 1");
  });

  it("are hit by a click at their height, and by none above or beside them", () => {
    const levels = plot("levels");
    const at = (place: number, heights: readonly number[]) =>
      heights.map((height) => stratumAt(levels, place, height));
    assert.deepEqual(at(0, [0, 1.9, 2, 6.9, 7.5, 8]), ["none", "none", "info", "info", "warn", undefined]);
    assert.deepEqual(at(1, [3, 4.5, 7, -0.1]), ["warn", "error", undefined, undefined]);
    assert.deepEqual(at(2, [0]), [undefined]);
  });

  it("become the only ones that are shown, and no longer so by the same again", () => {
    const before: Filter = { ...EVERYTHING, query: "a OR b", sources: ["x"] };
    for (const [split, id, wanted] of [
      ["levels", "warn", { levels: ["warn"] }],
      ["levels", "none", { levels: ["none"] }],
      ["statuses", "5xx", { query: "(a OR b ) status:[500 TO 599]" }],
      ["statuses", "none", { query: "(a OR b ) -status:*" }],
    ] as const) {
      assert.equal(chosenStratum(before, split, id), false, id);
      const only = withStratum(before, split, id);
      assert.deepEqual(only, { ...before, ...wanted });
      assert.equal(chosenStratum(only, split, id), true, id);
      assert.equal(chosenStratum(withStratum(only, split, id), split, id), false, id);
    }
    const some: Filter = { ...EVERYTHING, levels: ["warn", "error"] };
    assert.deepEqual(withStratum(some, "levels", "warn").levels, ["warn"]);
  });
});
