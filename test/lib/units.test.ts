import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UserError } from "../../src/errors.ts";
import { parseDuration } from "../../src/lib/duration.ts";
import { parseSize } from "../../src/lib/units.ts";

describe("units", () => {
  it("reads durations as milliseconds", () => {
    const cases = {
      "250ms": 250,
      "90s": 90_000,
      "15m": 900_000,
      "1.5h": 5_400_000,
      "7d": 604_800_000,
      " 2 w ": 1_209_600_000,
    };
    for (const [text, ms] of Object.entries(cases)) assert.equal(parseDuration(text), ms);
    for (const text of ["", "7", "d", "-1s", "7 days", "1h30m"])
      assert.throws(() => parseDuration(text), UserError);
  });

  it("reads sizes as bytes, Ki in steps of 1024 and k in steps of 1000", () => {
    const cases = {
      "0": 0,
      "1024": 1024,
      "10B": 10,
      "64k": 64_000,
      "64KiB": 65_536,
      "1.5MB": 1_500_000,
      "2GiB": 2_147_483_648,
      "1 TB": 1e12,
    };
    for (const [text, bytes] of Object.entries(cases)) assert.equal(parseSize(text), bytes);
    for (const text of ["", "GiB", "-1", "2 gigs", "1iB"]) assert.throws(() => parseSize(text), UserError);
  });
});
