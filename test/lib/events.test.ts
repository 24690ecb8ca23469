import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createEmitter } from "../../src/lib/events.ts";

describe("emitter", () => {
  it("tells each registration until it is disposed, also when one function listens twice", () => {
    const emitter = createEmitter<number>();
    const heard: number[] = [];
    const hear = (value: number) => void heard.push(value);
    const first = emitter.listen(hear);
    emitter.listen(hear);
    emitter.fire(1);
    first.dispose();
    first.dispose();
    emitter.fire(2);
    assert.deepEqual(heard, [1, 1, 2]);
    emitter.dispose();
    emitter.fire(3);
    assert.equal(heard.length, 3);
  });

  it("tells the others when one throws, and throws that error", () => {
    const emitter = createEmitter<void>();
    let heard = 0;
    emitter.listen(() => {
      throw new Error("first");
    });
    emitter.listen(() => void heard++);
    assert.throws(() => emitter.fire(), /first/);
    assert.equal(heard, 1);
  });

  it("keeps to the listeners it had when a value was fired", () => {
    const emitter = createEmitter<void>();
    let late = 0;
    emitter.listen(() => void emitter.listen(() => void late++));
    emitter.fire();
    assert.equal(late, 0);
  });
});
