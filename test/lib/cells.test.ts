import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { aligned, cell, columnsOf } from "../../src/lib/cells.ts";

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("a", "é", "e\u0301", "漢", "🦊", "\u202e", "\0", "\n", "\t", "\ud800", "…"),
  }),
);

describe("cells", () => {
  it("takes no more columns than there are, and cuts no character in two", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 30 }), (text, columns) => {
        const shown = cell(text, columns);
        assert.ok(columnsOf(shown) <= columns, shown);
        assert.ok(!/[\0-\x08\n-\x1f\u202a-\u202e\u2066-\u2069]/.test(shown), "something hides");
        if (text.isWellFormed()) assert.ok(shown.isWellFormed());
      }),
    );
  });

  it("leaves a text that fits as it is", () => {
    for (const text of ["", "GET /foo", "漢字", "0123456789"]) assert.equal(cell(text, 10), text);
    assert.equal(cell("01234567890", 10), "012345678…");
    assert.equal(cell("漢字漢字漢字", 10), "漢字漢字…");
    assert.equal(cell("a\u202eb\0", 20), "a‹202E›b␀");
  });

  it("puts each column of a table below the one above, whatever stands in it", () => {
    const row = fc.array(
      hostile.map((text) => cell(text, 12)),
      { minLength: 3, maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
        const marked = rows.map((cells) => [...cells, "|"]);
        const ends = aligned(marked, new Set([1])).map(columnsOf);
        assert.equal(new Set(ends).size, 1);
      }),
    );
  });
});
