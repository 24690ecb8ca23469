import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Column, coarsen, stack, sumColumns, totalOf } from "../../src/webview/column.ts";

const value = fc.option(fc.nat(1000), { nil: null });
const column = fc.array(value, { maxLength: 80 });
/** Columns of one length. */
const columns = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat(40)).chain(([count, length]) =>
  fc.array(fc.array(value, { minLength: length, maxLength: length }), {
    minLength: count,
    maxLength: count,
  }),
);

describe("columns", () => {
  it("keep their total, however many steps become a row", () => {
    fc.assert(
      fc.property(column, fc.integer({ min: 1, max: 20 }), (values, size) => {
        for (const how of ["sum", "last", "max"] as const) {
          const rows = coarsen(values, size, how);
          assert.equal(rows.length, Math.ceil(values.length / size));
          assert.equal(totalOf(rows, how), totalOf(values, how));
        }
      }),
    );
  });

  it("lie on each other when stacked: each is as thick as its values, the top is their sum", () => {
    fc.assert(
      fc.property(columns, (layers) => {
        const stacked = stack(layers);
        assert.deepEqual(stacked.at(-1), sumColumns(layers));
        for (const [i, layer] of layers.entries()) {
          for (const [step, value] of layer.entries()) {
            const [top, bottom] = [stacked[i]?.[step] ?? null, stacked[i - 1]?.[step] ?? (i > 0 ? null : 0)];
            if (value !== null) assert.equal((top ?? 0) - (bottom ?? 0), value);
          }
        }
      }),
    );
  });

  it("have a gap only where nothing was recorded in any", () => {
    const layers: Column[] = [
      [1, null, null],
      [2, 5, null],
    ];
    assert.deepEqual(sumColumns(layers), [3, 5, null]);
    assert.deepEqual(stack(layers), [
      [1, 0, null],
      [3, 5, null],
    ]);
  });
});
