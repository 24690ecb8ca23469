import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { compileQuery } from "../../src/store/query.ts";
import { rowsOf } from "../../src/store/rows.ts";
import { fromTerm, roleOf, termFor, toggled } from "../../src/webview/log/facet-term.ts";
import { recordOf } from "../store/records.ts";

const file = { source: "app", path: "/app.log" };
const VALUES = [
  "plain",
  "two words",
  'say "so"',
  "back\\",
  "x*y?",
  "(a OR b)",
  "-",
  "",
  "OR",
  "a\nb",
  "日志",
];
const NAMES = ["method", "two words", 'a "name"', "back\\slash", "a.b", "-x", "1st"];
const QUERIES = [
  "",
  "line",
  "line AND fine",
  "line OR fine",
  "NOT fine",
  "-fine",
  "fine\\",
  "(line OR fine)",
  '"OR" line',
  "a(b OR line",
  "fine OR line\\\\",
  "message:line OR level:error",
];
const rows = rowsOf(
  NAMES.flatMap((name) => VALUES.map((value) => ({ name, value }))).map(({ name, value }, i) =>
    recordOf({
      offset: i,
      raw: ["line", "fine", "line fine\\", "a(b"][i % 4] ?? "",
      fields: { [name]: value },
    }),
  ),
  0,
);
const taken = (query: string) => {
  const matches = compileQuery(query);
  return Array.from({ length: rows.count }, (_, at) => matches(rows, at, file));
};
const any = fc.record({
  query: fc.constantFrom(...QUERIES),
  name: fc.constantFrom(...NAMES),
  value: fc.constantFrom(...VALUES),
  exclude: fc.boolean(),
});

describe("a value taken into a query", () => {
  it("narrows what was asked for to the records that have it, or have it not", () => {
    fc.assert(
      fc.property(any, ({ query, name, value, exclude }) => {
        const term = termFor(name, value);
        const before = taken(query);
        const after = taken(toggled(query, term, exclude));
        for (let at = 0; at < rows.count; at++) {
          const has = rows.field(at, name) === value;
          assert.doesNotMatch(term, /[\r\n]/);
          assert.equal(after[at], before[at] && has !== exclude, `${toggled(query, term, exclude)} at ${at}`);
        }
      }),
    );
  });

  it("is taken out of it again by the same, and turned round by the other", () => {
    fc.assert(
      fc.property(any, ({ query, name, value, exclude }) => {
        const term = termFor(name, value);
        const once = toggled(query, term, exclude);
        assert.equal(roleOf(once, term), exclude ? "excluded" : "included");
        assert.deepEqual(taken(toggled(once, term, exclude)), taken(query));
        assert.deepEqual(taken(toggled(once, term, !exclude)), taken(toggled(query, term, !exclude)));
      }),
    );
  });

  it("is left where other words hang on it", () => {
    const term = termFor("method", "plain");
    assert.equal(toggled(`${term} OR line`, term, false), `(${term} OR line ) ${term}`);
    assert.equal(toggled(`line AND ${term}`, term, true), `line AND ${term} -${term}`);
  });

  it("takes numbers from one on", () => {
    assert.equal(fromTerm("took ms", -0.25), '"took ms":>=-0.25');
    assert.equal(fromTerm("took", 1e21), "took:>=1e+21");
    const matches = compileQuery(fromTerm("n", 1e-7));
    const numbers = rowsOf(
      [1e-8, 1e-7, 3].map((n, i) => recordOf({ offset: i, fields: { n } })),
      0,
    );
    assert.deepEqual(
      [0, 1, 2].map((at) => matches(numbers, at, file)),
      [false, true, true],
    );
  });
});
