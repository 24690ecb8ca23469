import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clicked } from "../../src/webview/log/chip-choice.ts";

describe("a chip of a level or source", () => {
  it("leaves its own alone when it is clicked while all are shown, also as the only one there is", () => {
    assert.deepEqual(clicked("error", undefined, ["error", "info"]), ["error"]);
    assert.deepEqual(clicked("error", undefined, ["error"]), ["error"]);
    assert.equal(clicked("error", ["error"], ["error"]), undefined);
  });

  it("is added and taken away by later clicks, until all are shown or none would be", () => {
    const all = ["error", "warn", "info"];
    assert.deepEqual(clicked("warn", ["error"], all), ["error", "warn"]);
    assert.deepEqual(clicked("error", ["error", "warn"], all), ["warn"]);
    assert.equal(clicked("info", ["error", "warn"], all), undefined);
    assert.equal(clicked("warn", ["warn"], all), undefined);
  });
});
