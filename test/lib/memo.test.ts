import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { memo, memoNumber } from "../../src/lib/memo.ts";

describe("memo", () => {
  it("answers as the function does, for values that repeat and for ever new ones (property)", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom("a", "b"), fc.string()), { maxLength: 200 }),
        (values) => {
          const remembered = memo((value: string) => value.length);
          for (let round = 0; round < 50; round++)
            for (const value of values) assert.equal(remembered(value), value.length);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("calls the function once for a value that repeats", () => {
    let calls = 0;
    const remembered = memo((value: string) => value + calls++);
    for (let at = 0; at < 10_000; at++) remembered("x");
    assert.equal(calls, 1);
  });

  it("stops remembering values that never repeat", () => {
    let calls = 0;
    const remembered = memo((value: number) => value + 0 * calls++);
    for (let at = 0; at < 10_000; at++) remembered(at);
    remembered(0);
    assert.equal(calls, 10_001);
  });

  it("finds numbers by their thousandths and answers as the function does for all (property)", () => {
    const remembered = memoNumber(String);
    const value = fc.oneof(
      fc.double(),
      fc.integer().map((whole) => whole / 1000),
      fc.nat(70_000).map((whole) => whole / 1000),
    );
    fc.assert(
      fc.property(value, (number) => {
        for (let round = 0; round < 2; round++) assert.equal(remembered(number), String(number));
      }),
      { numRuns: 2000 },
    );
    assert.equal(memoNumber((number) => Object.is(number, -0))(-0), true);
  });
});
