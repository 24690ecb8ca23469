import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { tokenize } from "../../src/store/lexer.ts";
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
/** Undefined: it is no query. */
const tokensOf = (query: string) => {
  try {
    return tokenize(query);
  } catch {
    return undefined;
  }
};
/** What the store's tokens say of a term that stands by itself: of the last one outside of what is negated whole. */
const roleIn = (query: string, term: string, tokens: ReturnType<typeof tokenize>) => {
  const negatedWhole = [false];
  let role: "included" | "excluded" | undefined;
  let negated = false;
  for (const { type, start, end } of tokens) {
    const alone = /(?:^|[\s(])-?$/.test(query.slice(0, start)) && /^(?:$|[\s)])/.test(query.slice(end));
    const own = type === "term" && query.slice(start, end) === term && alone;
    if (own && !negatedWhole.includes(true)) role = negated ? "excluded" : "included";
    if (type === "(") negatedWhole.push(negated);
    if (type === ")" && negatedWhole.length > 1) negatedWhole.pop();
    negated = type === "NOT" && !negated;
  }
  return role;
};
const any = fc.record({
  query: fc.constantFrom(...QUERIES),
  name: fc.constantFrom(...NAMES),
  value: fc.constantFrom(...VALUES),
  exclude: fc.boolean(),
});

/** What a query has in one of these ways is no term of it: the term is taken in beside it, and out again. */
const assertApart = (ways: readonly ((term: string) => string)[]) =>
  fc.assert(
    fc.property(any, fc.constantFrom(...ways), ({ name, value, exclude }, within) => {
      const term = termFor(name, value);
      const query = within(term);
      assert.equal(roleOf(query, term), undefined, query);
      const [before, once] = [taken(query), toggled(query, term, exclude)];
      assert.deepEqual(
        taken(once),
        before.map((one, at) => one && (rows.field(at, name) === value) !== exclude),
      );
      assert.deepEqual(taken(toggled(once, term, exclude)), before);
    }),
  );

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

  it("is no part of a phrase, an expression or a word, which stay as they are", () => {
    const WITHIN = [
      (term: string) => `"GET ${term.replace(/["\\]/g, "\\$&")} done"`,
      (term: string) => `-"GET \\" ${term.replace(/["\\]/g, "\\$&")} done"`,
      (term: string) => `message:'it\\'s ${term.replace(/['\\]/g, "\\$&")} so'`,
      (term: string) => `-/GET \\/ ${term.replace(/[^\w\s:]/g, "\\$&")} x/i`,
      (term: string) => `-f(${term.replace(/[^\w]/g, "\\$&")})`,
    ];
    assertApart(WITHIN);
    assert.equal(toggled('"GET level:info done"', "level:info", false), '"GET level:info done" level:info');
  });

  it("is found where the store finds a term, and nowhere else", () => {
    const term = "level:info";
    const bits = [
      term,
      term,
      " ",
      " ",
      '"',
      "'",
      "/",
      "\\",
      "(",
      ")",
      "-",
      "NOT ",
      "a",
      "a:",
      '"a b":',
      "a:[1 TO 2]",
    ];
    let [there, elsewhere] = [0, 0];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 12 }), (parts) => {
        const query = parts.join("");
        const tokens = tokensOf(query);
        fc.pre(tokens !== undefined && query.includes(term));
        const found = roleIn(query, term, tokens);
        if (found) there++;
        else elsewhere++;
        assert.equal(roleOf(query, term), found, query);
      }),
      { numRuns: 2_000 },
    );
    assert.ok(there > 100 && elsewhere > 100, `${there} and ${elsewhere} of them`);
  });

  it("is no part of what is negated whole, which stays as it is", () => {
    const WITHIN = [
      (term: string) => `-(${term})`,
      (term: string) => `NOT (line OR ${term})`,
      (term: string) => `fine OR NOT (${term} -(fine ${term}))`,
      (term: string) => `-(-${term})`,
    ];
    assertApart(WITHIN);
  });

  it("is left out also where NOT says so", () => {
    assert.equal(roleOf("line NOT level:info", "level:info"), "excluded");
    assert.equal(roleOf("NOT -level:info", "level:info"), "included");
    assert.equal(roleOf("NOT (level:info) level:info", "level:info"), "included");
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
