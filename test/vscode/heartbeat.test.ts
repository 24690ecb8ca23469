import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { createHeartbeat } from "../../src/vscode/heartbeat.ts";
import { until } from "../helpers/until.ts";

const EVERY = 5;

/** A heart whose clock goes on by what `step` answers with each look. */
function beat(
  t: TestContext,
  {
    answers,
    step = () => EVERY,
    debugged = () => false,
  }: {
    answers: () => Promise<unknown>;
    step?: () => number;
    debugged?: () => boolean;
  },
) {
  let time = 0;
  let looks = 0;
  const dead: number[] = [];
  const heart = createHeartbeat({
    ping: answers,
    patience: () => 50,
    dead: (silence) => void dead.push(silence),
    every: EVERY,
    now() {
      looks++;
      time += step();
      return time;
    },
    debugged,
  });
  t.after(() => heart.stop());
  // The heart's timer does not keep a process.
  const alive = setInterval(() => {}, EVERY);
  t.after(() => clearInterval(alive));
  return { dead, looks: () => looks };
}

const never = () => new Promise(() => {});

describe("heartbeat", () => {
  it("tells once of a thread that is silent for too long", async (t) => {
    const { dead, looks } = beat(t, { answers: never });
    await until(() => dead.length > 0);
    assert.deepEqual(dead, [50]);
    const before = looks();
    await until(() => looks() === before, { every: 50 });
    assert.equal(dead.length, 1);
  });

  it("is content with any answer, also a refusal", async (t) => {
    const { dead, looks } = beat(t, { answers: () => Promise.reject(new Error("no handler")) });
    await until(() => looks() > 60);
    assert.deepEqual(dead, []);
  });

  it("does not count the time in which this thread did not run: a laptop asleep", async (t) => {
    const { dead, looks } = beat(t, { answers: never, step: () => 3_600_000 });
    await until(() => looks() > 60);
    assert.deepEqual(dead, []);
  });

  it("leaves a thread in peace that is debugged", async (t) => {
    const { dead, looks } = beat(t, { answers: never, debugged: () => true });
    await until(() => looks() > 60);
    assert.deepEqual(dead, []);
  });
});
