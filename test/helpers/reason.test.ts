import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clip, type Failure, reasonOf } from "./reason.ts";

/** As node:test hands over what a test throws. */
function thrown(act: () => void): Failure {
  try {
    act();
  } catch (cause) {
    return new Error("test failed", { cause });
  }
  throw new Error("nothing was thrown");
}

describe("the reason of a failure", () => {
  it("is the message and what differs, also where the test has words of its own", () => {
    const rows = [{ text: "a", top: 1 }];
    const error = thrown(() =>
      assert.deepEqual({ rows, tab: 1 }, { rows: [{ text: "a", top: 2 }], tab: 1 }, "the rows"),
    );

    const reason = reasonOf(error);

    assert.match(reason, /the rows/);
    assert.match(reason, /\+ +top: 1\n- +top: 2/);
  });

  it("tells a difference once", () => {
    const reason = reasonOf(thrown(() => assert.equal(3, 4)));

    assert.equal(reason.match(/3 !== 4/g)?.length, 1);
  });

  it("is what a value was, where it was asserted with words of its own", () => {
    assert.match(reasonOf(thrown(() => assert.ok(null, "found"))), /found[\s\S]*null !== true/);
  });

  it("has what a failure was caused by, and with which exit code a process ended", () => {
    const error = Object.assign(
      new Error("a property", { cause: new Error("by hand", { cause: new Error("deep") }) }),
      {
        exitCode: 3,
      },
    );

    assert.match(reasonOf(error), /by hand[\s\S]*cause: Error: deep[\s\S]*\(exit code 3\)/);
  });

  it("has the beginning and the end of what is long, by lines and as a whole", () => {
    const line = `begin${"-".repeat(5_000)}end`;
    const clipped = clip(`first\n${`${line}\n`.repeat(500)}last`);

    assert.ok(clipped.length < 4_100);
    assert.match(clipped, /^first\nbegin-+ … -+end\n/);
    assert.match(clipped, /\n…\n/);
    assert.match(clipped, /last$/);
  });
});
