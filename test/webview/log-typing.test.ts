import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { restAfter } from "../../src/webview/log/typing.ts";

describe("what is typed into the query box", () => {
  it("is searched for at once, or when a stroke of the hand is at its end", () => {
    assert.equal(restAfter("timeou", 150), 0);
    assert.equal(restAfter("timeout", 40), 25);
    for (const written of [
      "",
      "A",
      "NO",
      "level:error AND",
      "level:error BAN",
      "level:error a",
      "user:NO",
      "OR",
    ])
      assert.equal(restAfter(written, 150), 0, written);
  });

  it("is left alone for a while at the beginning of an operator, which is no word to be looked for", () => {
    for (const begun of ["A", "AN", "O", "N", "NO"])
      for (const before of ["level:error ", "(a OR b)", "a (", "a\t"])
        assert.ok(restAfter(before + begun, 150) > 300, before + begun);
  });
});
