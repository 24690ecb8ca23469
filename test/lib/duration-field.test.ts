import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { namesDuration, secondsIn } from "../../src/lib/duration-field.ts";

describe("a field that holds durations", () => {
  const units: Readonly<Record<string, number | undefined>> = {
    request_time: 1,
    upstream_response_time: 1,
    RequestTime: 1,
    "nginx.request_time": 1,
    duration_ms: 1e-3,
    tookMs: 1e-3,
    durationMillis: 1e-3,
    elapsed_milliseconds: 1e-3,
    responseTime: 1e-3,
    latency_us: 1e-6,
    tookMicros: 1e-6,
    took_ns: 1e-9,
    "http.duration_ns": 1e-9,
    "event.duration": 1e-9,
    duration_seconds: 1,
    elapsed_s: 1,
    duration: undefined,
    latency: undefined,
    elapsed_time: undefined,
    time_taken: undefined,
    took: undefined,
    response_time: undefined,
    totalElapsed: undefined,
  };
  for (const [name, seconds] of Object.entries(units)) {
    it(`${name} is one${seconds === undefined ? ", of a unit that nothing tells" : `, in units of ${seconds} s`}`, () => {
      assert.equal(namesDuration(name), true);
      assert.equal(secondsIn(name), seconds);
    });
  }

  it("is none by names of times of day, of counts and of what only ends alike", () => {
    const names =
      "time start_time_ms timestamp_ms timestampNs unix_ns epoch_seconds items status bytes uptime overtook forms columns terms address items.count";
    assert.deepEqual(names.split(" ").filter(namesDuration), []);
  });
});
