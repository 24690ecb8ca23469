import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRecall } from "../../src/webview/log/recall.ts";

describe("queries asked before", () => {
  it("are gone through, and back to what was being written", () => {
    const recall = createRecall(() => ["a", "b"]);
    assert.equal(recall.step(1, "c"), undefined);
    assert.equal(recall.step(-1, "c"), "b");
    assert.equal(recall.step(-1, "b"), "a");
    assert.equal(recall.step(-1, "a"), undefined);
    assert.equal(recall.step(1, "a"), "b");
    assert.equal(recall.step(1, "b"), "c");
    assert.equal(recall.step(1, "c"), undefined);
  });

  it("begin anew where one is written on", () => {
    const recall = createRecall(() => ["a", "b"]);
    recall.step(-1, "");
    recall.step(-1, "b");
    recall.release();
    assert.equal(recall.step(-1, "a!"), "b");
    assert.equal(recall.step(1, "b"), "a!");
  });

  it("are each come by once, also the one that stands there", () => {
    const history = ["a", "b"];
    const recall = createRecall(() => history);
    assert.equal(recall.step(-1, "b"), "a");
    // It was searched for meanwhile.
    history.push("a");
    assert.equal(recall.step(1, "a"), "b");
  });
});
