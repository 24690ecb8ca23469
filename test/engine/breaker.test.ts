import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createBreaker, OPEN_AFTER } from "../../src/engine/breaker.ts";
import { Fatal, RetryLater } from "../../src/errors.ts";
import { backoff } from "../../src/lib/backoff.ts";

const HOUR = 3_600_000;

function setUp(random = 0.5) {
  const clock = { steady: 1_000, wall: 1_800_000_000_000 };
  const breaker = createBreaker({
    now: () => clock.steady,
    wall: () => clock.wall,
    retry: backoff({ random: () => random }),
  });
  /** One write that fails, after the wait. */
  const fail = (error: Error = new RetryLater("down")): void => {
    clock.steady += breaker.wait;
    breaker.failed(breaker.begin(), error);
  };
  const open = (): void => {
    for (let at = 0; at < OPEN_AFTER; at++) fail();
    assert.equal(breaker.state, "open");
  };
  return { clock, breaker, fail, open };
}

describe("breaker", () => {
  it("opens after five failures in a row, and counts anew after a success", () => {
    const { breaker, fail } = setUp();
    for (let at = 0; at < OPEN_AFTER - 1; at++) fail();
    assert.equal(breaker.state, "closed");
    breaker.succeeded(breaker.begin());
    assert.equal(breaker.failures, 0);
    for (let at = 0; at < OPEN_AFTER - 1; at++) fail();
    assert.equal(breaker.state, "closed");
    fail();
    assert.equal(breaker.state, "open");
  });

  it("opens at once after a Fatal", () => {
    const { breaker, fail } = setUp();
    fail(new Fatal("wrong password"));
    assert.equal(breaker.state, "open");
    assert.ok(breaker.wait > 0);
  });

  it("lets one write through when the wait is over, and the others when that one is taken", () => {
    const { breaker, clock, open } = setUp();
    open();
    assert.ok(breaker.wait > 0);
    clock.steady += breaker.wait;
    const probe = breaker.begin();
    assert.deepEqual(
      [probe.probe, breaker.state, breaker.wait],
      [true, "half-open", Number.POSITIVE_INFINITY],
    );
    breaker.succeeded(probe);
    assert.deepEqual([breaker.state, breaker.wait, breaker.begin().probe], ["closed", 0, false]);
  });

  it("opens again when the probe fails, for longer", () => {
    const { breaker, clock, open } = setUp();
    open();
    const before = breaker.wait;
    clock.steady += before;
    breaker.failed(breaker.begin(), new RetryLater("down"));
    assert.equal(breaker.state, "open");
    assert.equal(breaker.wait, 2 * before);
  });

  it("counts writes that fail together as one failure", () => {
    const { breaker } = setUp();
    const passes = Array.from({ length: OPEN_AFTER }, () => breaker.begin());
    for (const pass of passes) breaker.failed(pass, new RetryLater("down"));
    assert.deepEqual([breaker.failures, breaker.state], [1, "closed"]);
  });

  it("waits an hour when the server asks for it, whatever jitter, nudge or another write's success say", () => {
    for (const random of [0, 0.5, 1]) {
      const { breaker } = setUp(random);
      const [one, other] = [breaker.begin(), breaker.begin()];
      breaker.failed(one, new RetryLater("busy", { afterMs: HOUR }));
      assert.ok(breaker.wait >= HOUR);
      breaker.hurry();
      assert.equal(breaker.wait, HOUR);
      breaker.succeeded(other);
      assert.equal(breaker.wait, HOUR);
    }
  });

  it("waits a day at most", () => {
    const { breaker, fail } = setUp();
    fail(new RetryLater("busy", { afterMs: 999 * 24 * HOUR }));
    assert.ok(breaker.wait <= 24 * HOUR);
  });

  it("tries at once when it is reset, also before the time that the server asked for", () => {
    const { breaker, fail, open } = setUp();
    open();
    fail(new RetryLater("busy", { afterMs: HOUR }));
    breaker.reset();
    assert.deepEqual([breaker.state, breaker.wait], ["half-open", 0]);
    assert.equal(breaker.begin().probe, true);
  });

  it("waits on when the time of day jumps", () => {
    const { breaker, clock, open } = setUp();
    open();
    const { wait, since } = breaker;
    for (const jump of [-365 * 24 * HOUR, 2 * 365 * 24 * HOUR]) {
      clock.wall += jump;
      assert.equal(breaker.wait, wait);
    }
    assert.equal(breaker.since, since);
  });

  it("draws waits from zero to a bound that doubles up to half a minute", () => {
    const { breaker, fail } = setUp(1);
    const waits: number[] = [];
    for (let at = 0; at < 12; at++) {
      fail();
      waits.push(breaker.wait);
    }
    assert.deepEqual(waits.slice(0, 4), [200, 400, 800, 1600]);
    assert.equal(waits.at(-1), 30_000);
  });
});
