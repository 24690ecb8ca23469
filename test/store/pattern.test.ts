import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Value } from "../../src/store/lexer.ts";
import { contains, equals } from "../../src/store/pattern.ts";
import { cpuTime } from "../helpers/cpu-time.ts";

/** So many `?`, and a text behind them. */
const characters = (count: number, then = ""): Value => ({
  parts: [...Array.from({ length: count }, () => ""), then],
  wildcards: Array.from({ length: count }, () => "?" as const),
  quoted: false,
});

describe("wildcards in a value", () => {
  it("take one character for a ?, however many units it has", () => {
    const text = fc
      .array(fc.constantFrom("😀", "a", "日", "\n", "\ud83d", "\ude00"), { maxLength: 6 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 6 }), (text, count) => {
        const { length } = Array.from(text);
        assert.equal(equals(characters(count))(text), length === count);
        assert.equal(contains(characters(count))(text), length >= count);
      }),
    );
  });

  it("do not take longer for each further ? than for the one before", () => {
    const began = cpuTime();
    assert.equal(contains(characters(30, "x"))("😀".repeat(60)), false);
    assert.ok(cpuTime() - began < 1000);
  });
});
