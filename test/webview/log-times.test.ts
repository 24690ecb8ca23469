import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createTimes } from "../../src/webview/log/times.ts";

describe("times along a chart of the log view", () => {
  const times = createTimes("en");
  times.setZone("UTC");
  const labels = (steps: number, step: number) =>
    Array.from({ length: steps }, (_, at) => times.axis(Date.UTC(2026, 2, 4, 10) + at * step, step));

  it("are told apart however short the steps are", () => {
    assert.deepEqual(labels(3, 500), ["10:00:00.000", "10:00:00.500", "10:00:01.000"]);
    assert.deepEqual(labels(2, 1), ["10:00:00.000", "10:00:00.001"]);
  });

  it("say no more than the steps need", () => {
    assert.deepEqual(labels(2, 1000), ["10:00:00", "10:00:01"]);
    assert.deepEqual(labels(2, 60_000), ["10:00", "10:01"]);
    assert.deepEqual(labels(2, 86_400_000), ["Mar 4", "Mar 5"]);
  });
});
