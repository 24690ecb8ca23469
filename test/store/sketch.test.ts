import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  ACCURACY,
  addTo,
  countInto,
  createSketch,
  mergeInto,
  quantileOf,
  readInto,
  type Sketch,
  writeSketch,
} from "../../src/store/sketch.ts";
import { createReader, createWriter } from "../../src/store/varint.ts";

const durations = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
    fc.integer({ min: 1, max: 5000 }),
  ),
  { minLength: 1, maxLength: 300 },
);

function sketchOf(values: readonly number[]): Sketch {
  const sketch = createSketch();
  for (const value of values) addTo(sketch, value);
  return sketch;
}

function assertNear(sketch: Sketch, values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  for (const q of [0, 0.01, 0.5, 0.9, 0.95, 0.99, 1]) {
    const exact = sorted[Math.floor(q * (sorted.length - 1))]!;
    const found = quantileOf(sketch, q);
    assert.ok(
      Math.abs(found - exact) <= ACCURACY * exact * 1.000001,
      `q ${q}: ${found} is not near ${exact}`,
    );
  }
}

function copyOf(sketch: Sketch): Sketch {
  const to = createWriter();
  writeSketch(sketch, to);
  const copy = createSketch();
  readInto(copy, createReader(to.done()));
  return copy;
}

describe("sketch", () => {
  it("finds every quantile within 1 %", () => {
    fc.assert(fc.property(durations, (values) => assertNear(sketchOf(values), values)));
  });

  it("merges without losing that bound", () => {
    fc.assert(
      fc.property(fc.array(durations, { minLength: 1, maxLength: 5 }), (parts) => {
        const merged = createSketch();
        for (const part of parts) mergeInto(merged, sketchOf(part));
        assertNear(merged, parts.flat());
        assert.equal(merged.count, parts.flat().length);
      }),
    );
  });

  it("is the same after it was written and read", () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        const sketch = sketchOf(values);
        const copy = copyOf(sketch);
        assert.equal(quantileOf(copy, q), quantileOf(sketch, q));
        assert.deepEqual(
          [copy.count, copy.sum, copy.min, copy.max],
          [sketch.count, sketch.sum, sketch.min, sketch.max],
        );
        mergeInto(copy, sketch);
        assertNear(copy, [...values, ...values]);
      }),
    );
  });

  it("is the same whether another is added to it, or what was written of that, or only its count", () => {
    fc.assert(
      fc.property(durations, durations, (values, more) => {
        const to = createWriter();
        writeSketch(sketchOf(more), to);
        to.whole(more.length);
        const [merged, read, counted] = [sketchOf(values), sketchOf(values), sketchOf(values)];
        mergeInto(merged, sketchOf(more));
        for (const [add, sketch] of [
          [readInto, read],
          [countInto, counted],
        ] as const) {
          const from = createReader(to.done());
          add(sketch, from);
          assert.equal(from.whole(), more.length, "what comes after it is read next");
        }
        for (const q of [0, 0.5, 0.99, 1]) assert.equal(quantileOf(read, q), quantileOf(merged, q));
        assert.equal(read.count, merged.count);
        assert.equal(counted.count, merged.count);
      }),
    );
  });

  it("takes what is tiny or huge, and leaves out what is no duration", () => {
    const sketch = sketchOf([1e-300, 1e300, -1, Number.NaN, Number.POSITIVE_INFINITY]);
    assert.equal(sketch.count, 2);
    assert.equal(quantileOf(sketch, 0), 1e-300);
    assert.equal(quantileOf(sketch, 1), 1e300);
    assert.equal(copyOf(sketch).count, 2);
    assert.ok(sketch.counts.length < 3000);
  });

  it("has no quantile when it is empty", () => {
    assert.ok(Number.isNaN(quantileOf(createSketch(), 0.5)));
    assert.equal(copyOf(createSketch()).count, 0);
  });
});
