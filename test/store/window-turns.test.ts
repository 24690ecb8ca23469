import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as later } from "node:timers/promises";
import { createTurns } from "../../src/store/window-turns.ts";

/** Whether something was resolved by now. */
async function come(promise: Promise<void>): Promise<boolean> {
  let is = false;
  void promise.then(() => {
    is = true;
  });
  await later();
  return is;
}

describe("turns of a search", () => {
  it("come with the first telling, and then once for each", async () => {
    const turns = createTurns();
    const first = turns.turn();
    assert.equal(await come(first), false);
    turns.tell(true);
    assert.equal(await come(first), true);
    const second = turns.turn();
    assert.equal(await come(second), false);
    turns.tell(true);
    assert.equal(await come(second), true);
  });

  it("come at once when nobody has asked since the last telling", async () => {
    const turns = createTurns();
    turns.tell(true);
    assert.equal(await come(turns.turn()), true);
  });

  it("come at once when it has ended, until it begins again", async () => {
    const turns = createTurns();
    const [waits, told] = [turns.turn(), turns.told()];
    turns.tell(false);
    assert.deepEqual([await come(waits), await come(told)], [true, true]);
    assert.deepEqual([await come(turns.turn()), await come(turns.turn())], [true, true]);
    assert.equal(await come(turns.told()), true);
    turns.begin();
    assert.equal(await come(turns.told()), false);
  });
});
