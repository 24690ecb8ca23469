import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { placeAt } from "../../src/store/completion.ts";
import { parseQuery } from "../../src/store/language.ts";
import { compileQuery } from "../../src/store/query.ts";

/** What a query means, wherever its parts stand. */
const meaning = (query: string) =>
  JSON.parse(JSON.stringify(parseQuery(query), (key, value) => (key === "at" ? undefined : value)));

/** Conditions on one field, written as a group, and each with the field before it. */
const { tree } = fc.letrec<{ tree: readonly [grouped: string, spelled: string] }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc
      .constantFrom("404", "5*", ">=500", "[1 TO 9]", '"a b"', "/x+/i", "paid", "<3")
      .map((value) => [value, `status:${value}`] as const),
    fc
      .tuple(tie("tree"), fc.constantFrom(" OR ", " AND ", " "), tie("tree"))
      .map(([a, by, b]) => [`(${a[0]}${by}${b[0]})`, `(${a[1]}${by}${b[1]})`] as const),
    tie("tree").map((one) => [`NOT (${one[0]})`, `NOT (${one[1]})`] as const),
  ),
}));

describe("values in parentheses after a field", () => {
  it("mean that field, each of them", () => {
    fc.assert(
      fc.property(tree, ([grouped, spelled]) => {
        assert.deepEqual(meaning(`a status:(${grouped}) b`), meaning(`a (${spelled}) b`));
      }),
    );
  });

  it("are one field's alone: another that is named there, and what stands behind, are as ever", () => {
    assert.deepEqual(meaning("status:(404 OR path:/x) 7"), meaning("(status:404 OR path:/x) 7"));
    assert.deepEqual(
      meaning('"a b":(1 OR status:(2 3) 4)'),
      meaning('("a b":1 OR (status:2 status:3) "a b":4)'),
    );
  });

  it("are marked where they are wrong", () => {
    assert.throws(() => compileQuery("status:()"), /nothing between these parentheses \(column 1\)/);
    assert.throws(() => compileQuery("status:(404"), /stops short \(column 12\)/);
    assert.throws(() => compileQuery("level:(error OR shouting)"), /"shouting" is no level.*\(column 17\)/s);
  });

  it("are completed as values of that field", () => {
    const { field, prefix, from } = placeAt("level:(error OR wa", 18);
    assert.deepEqual({ field, prefix, from }, { field: "level", prefix: "wa", from: 16 });
    assert.equal(placeAt("level:(error) wa", 16).field, undefined);
  });
});
