import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { durationTerm } from "../../src/webview/durations.ts";

describe("the search behind a point of a chart of durations", () => {
  it("compares numbers as they are", () => {
    assert.equal(durationTerm("request_time", ">=", 0.25), "request_time:>=0.25");
    assert.equal(durationTerm("event.duration", "", 0), "event.duration:0");
  });

  it("compares texts with units with one that has a unit", () => {
    assert.equal(durationTerm("took (s)", ">", 0.0123), "took:>12300000ns");
    assert.equal(durationTerm("http took (s)", "<=", 2), '"http took":<=2000000000ns');
  });
});
