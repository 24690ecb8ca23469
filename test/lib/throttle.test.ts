import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createThrottle } from "../../src/lib/throttle.ts";

describe("throttle", () => {
  it("runs at once, then once at the end of the wait however often it is asked", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let runs = 0;
    const throttle = createThrottle(() => runs++, 1000);
    for (let i = 0; i < 5; i++) throttle.request();
    assert.equal(runs, 1);
    t.mock.timers.tick(999);
    assert.equal(runs, 1);
    t.mock.timers.tick(1);
    assert.equal(runs, 2);
    t.mock.timers.tick(5000);
    assert.equal(runs, 2);
    throttle.request();
    assert.equal(runs, 3);
  });

  it("runs no more once disposed", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let runs = 0;
    const throttle = createThrottle(() => runs++, 1000);
    throttle.request();
    throttle.request();
    throttle.dispose();
    t.mock.timers.tick(5000);
    throttle.request();
    assert.equal(runs, 1);
  });
});
