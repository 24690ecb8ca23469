import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Superseded } from "../../src/protocol/superseded.ts";
import { createOutcomes } from "../../src/vscode/outcomes.ts";

function setUp() {
  const told: unknown[] = [];
  const outcomes = createOutcomes((error) => told.push(error));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const asked = outcomes.of(
    () => promise,
    (outcome) => told.push(outcome),
  );
  return { told, outcomes, asked, resolve, reject };
}

describe("what comes of what a page asks for", () => {
  it("is told by the page alone that asked and is still there", async () => {
    const { told, outcomes, asked, resolve } = setUp();
    resolve("done");
    assert.equal(await asked, "done");
    const failed = outcomes.of(() => Promise.reject(new Error("the disk is full")));
    await assert.rejects(failed, /the disk is full/);
    outcomes.gone();
    assert.deepEqual(told, []);
  });

  it("is told elsewhere when that page is gone by then, and answered all the same", async () => {
    const { told, outcomes, asked, resolve } = setUp();
    outcomes.gone();
    resolve("done");
    assert.equal(await asked, "done");
    assert.deepEqual(told, ["done"]);
    // A page that began since is there.
    await outcomes.of(
      async () => "more",
      (outcome) => told.push(outcome),
    );
    assert.deepEqual(told, ["done"]);
  });

  it("is told elsewhere also when it is a failure, but for one that nobody waits for", async () => {
    const { told, outcomes, asked, reject } = setUp();
    const full = new Error("the disk is full");
    const other = Promise.withResolvers<void>();
    const replaced = outcomes.of(() => other.promise);
    outcomes.gone();
    reject(full);
    other.reject(new Superseded());
    await assert.rejects(asked, full);
    await assert.rejects(replaced, Superseded);
    assert.deepEqual(told, [full]);
  });
});
