import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PAUSE, paced } from "../../src/webview/paced.ts";

describe("what is said to screen readers", () => {
  it("is said once a pause, and is the last of all that was to be said", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const told: string[] = [];
    const say = paced((text) => told.push(text));
    // A key that is held down: every 30 ms, for three seconds.
    for (let i = 0; i < 100; i++) {
      say(`row ${i}`);
      t.mock.timers.tick(30);
    }
    assert.equal(told.length, Math.floor(3_000 / PAUSE));
    assert.equal(told[0], `row ${PAUSE / 30 - 1}`);
    t.mock.timers.tick(PAUSE);
    assert.equal(told.at(-1), "row 99");
  });

  it("is said also after a silence, and no more than once", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const told: string[] = [];
    const say = paced((text) => told.push(text));
    say("copied");
    assert.deepEqual(told, []);
    t.mock.timers.tick(PAUSE);
    t.mock.timers.tick(60_000);
    assert.deepEqual(told, ["copied"]);
    say("paused");
    t.mock.timers.tick(PAUSE);
    assert.deepEqual(told, ["copied", "paused"]);
  });
});
