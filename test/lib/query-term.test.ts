import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fieldName, termOf } from "../../src/lib/query-term.ts";
import type { FieldValue } from "../../src/model.ts";
import { compileQuery } from "../../src/store/query.ts";
import { type Row, rowsOf } from "../../src/store/rows.ts";
import { toggled } from "../../src/webview/log/facet-term.ts";

const FILE = { source: "app", path: "/var/log/app.log", key: "0123456789abcdef", base: 0 };
const row = (fields: Row["fields"], message = "m"): Row => ({
  offset: 35,
  time: 0,
  nanos: 0,
  level: "info",
  message,
  fields,
  raw: message,
  error: undefined,
});
const takes = (query: string, one: Row): boolean => compileQuery(query)(rowsOf([one], 0), 0, FILE);

describe("a term of a query", () => {
  it("takes the record whose field has the value, whatever both are called, and not one that has another", () => {
    const name = fc
      .oneof(
        fc.string({ minLength: 1, maxLength: 12 }),
        fc.constantFrom("level", "a b", '"', "time", "x.y", "é\\"),
      )
      .filter((one) => !/[\n\r]/.test(one) && one !== "__proto__");
    const value: fc.Arbitrary<FieldValue> = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.constantFrom(
        'say "x" AND (y)',
        "back\\slash",
        "-5",
        "a*b?c",
        "first\nsecond",
        "x".repeat(900),
        "[1 TO 2]",
      ),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.array(fc.nat()),
    );
    fc.assert(
      fc.property(name, value, (field, given) => {
        fc.pre(given !== "" && !/^[\n\r]/.test(String(given)));
        const query = termOf(fieldName(field), given);
        assert.ok(takes(query, row({ [field]: given })), query);
        assert.ok(!takes(query, row({ [field]: "something else" })), query);
        assert.ok(!takes(toggled("", query, true), row({ [field]: given })), query);
      }),
    );
  });

  it("asks for what is missing where the value is null", () => {
    assert.ok(takes(termOf("a", null), row({ b: 1 })));
    assert.ok(!takes(termOf("a", null), row({ a: 1 })));
    assert.equal(toggled("", termOf("a", null), true), "a:*");
  });

  it("finds one record by its id, also by one that it brought with it", () => {
    assert.ok(takes(termOf("id", "0123456789abcdef-z"), row({})));
    assert.ok(!takes(termOf("id", "0123456789abcdef-10"), row({})));
    assert.ok(takes(termOf("id", "own"), row({ "@id": "own" })));
    assert.ok(!takes(termOf("id", "0123456789abcdef-z"), row({ "@id": "own" })));
  });

  it("is added to a query, taken out of it again, and takes the place of its opposite", () => {
    assert.equal(toggled("level:error", 'a:"1"', false), 'level:error a:"1"');
    assert.equal(toggled('level:error a:"1"', 'a:"1"', false), "level:error");
    assert.equal(toggled('level:error a:"1"', 'a:"1"', true), 'level:error -a:"1"');
    assert.equal(toggled('-a:"1" x', 'a:"1"', false), 'x a:"1"');
    assert.equal(toggled("x a:*", "-a:*", false), "x -a:*");
    assert.equal(toggled("x -a:*", "-a:*", false), "x");
  });

  it("narrows any query, whatever that ends with, and though words hang on its opposite", () => {
    const queries = ["m OR x", "m OR -a:1", "-a:1 OR m", "m\\", '"OR" m', "m AND x", "-x"];
    const values: FieldValue[] = [1, 2, "1", "one\ntwo", 'a "b"\\'];
    const rows = values.flatMap((value) =>
      ["m", "x", "m x", "m\\", "OR m"].map((message) => row({ a: value }, message)),
    );
    for (const query of queries)
      for (const value of values)
        for (const exclude of [false, true]) {
          const term = termOf("a", value);
          const narrowed = toggled(query, term, exclude);
          for (const one of rows)
            assert.equal(
              takes(narrowed, one),
              takes(query, one) && takes(term, one) !== exclude,
              `${narrowed} of ${one.message}`,
            );
        }
  });
});
