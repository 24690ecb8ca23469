import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createUnseen } from "../../src/vscode/unseen.ts";

describe("what came while nobody looked", () => {
  it("is counted from when it was last looked at", () => {
    const unseen = createUnseen();
    assert.equal(unseen.count(3, false), 3);
    assert.equal(unseen.count(4, true), 0);
    assert.equal(unseen.count(4, false), 0);
    assert.equal(unseen.count(9, false), 5);
  });

  it("is counted from nothing when the total begins anew", () => {
    const unseen = createUnseen();
    unseen.count(100, true);
    assert.equal(unseen.count(2, false), 2);
    assert.equal(unseen.count(3, false), 3);
  });
});
