import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { LEVELS } from "../../src/model.ts";
import { blocksOf, openBlock } from "../../src/store/block.ts";
import { parseQuery } from "../../src/store/language.ts";
import { compileQuery } from "../../src/store/query.ts";
import { type Rows, rowsOf } from "../../src/store/rows.ts";
import { narrows } from "../../src/store/window-refine.ts";
import { compileSelect } from "../../src/store/window-select.ts";
import { recordOf } from "./records.ts";

const FILE = { source: "app", path: "/var/log/app.log" };

const term = fc.constantFrom(
  ...["a", "A", "ab", "ba", "aab", "b a", "a*b", "a?", "日", "err", "error"].map((text) =>
    JSON.stringify(text),
  ),
  ...["a*b", "*a", "a?b", "level:error", "level:>=warn", "status:404", "status:>=400", "source:app"],
  ...["file:app.log", "source:other", "took:>3", "user:ab", "user:a*", "message:a", "message:ab", "raw:aa"],
  ...["error:bad", "error:ba", "time:>5", "took:[1 TO 3]", "missing:*", "NOT a", "-level:info"],
);
const query: fc.Arbitrary<string> = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    term,
    fc.tuple(tie("query"), tie("query")).map(([a, b]) => `(${a} ${b})`),
    fc.tuple(tie("query"), tie("query")).map(([a, b]) => `(${a} OR ${b})`),
    tie("query").map((one) => `NOT (${one})`),
  ),
})).query;

const record = fc.record({
  time: fc.nat(10),
  level: fc.constantFrom(undefined, ...LEVELS),
  raw: fc.string({ unit: fc.constantFrom("a", "b", "A", " ", "B", "err", "or"), maxLength: 7 }),
  message: fc.option(fc.constantFrom("a", "ab", "bb"), { nil: undefined }),
  error: fc.constantFrom(undefined, "bad"),
  fields: fc.record(
    { status: fc.constantFrom(200, 404, 500), took: fc.nat(5), user: fc.constantFrom("ab", "AB", "c") },
    { requiredKeys: [] },
  ),
});

/** The same records as a block has them, and as they wait for one. */
function shapesOf(
  list: readonly (typeof record extends fc.Arbitrary<infer Of> ? Of : never)[],
  wide: boolean,
): Rows[] {
  const rows = list.map(({ message, ...rest }, i) => {
    const raw = wide && i === 0 ? `日${rest.raw}` : rest.raw;
    return recordOf({ ...rest, raw, message: message ?? raw, offset: i * 7 });
  });
  const [block] = blocksOf(rows, 0);
  const { heads = new Uint8Array(), texts = new Uint8Array(), rest = new Uint8Array() } = block ?? {};
  return [
    openBlock({ heads, texts: zstdCompressSync(texts), rest: zstdCompressSync(rest) }),
    rowsOf(rows, 0),
  ];
}

const records = fc.array(record, { minLength: 1, maxLength: 60 });

describe("selecting in whole parts", () => {
  it("finds what a look at each record finds", () => {
    fc.assert(
      fc.property(
        records,
        fc.boolean(),
        query,
        fc.option(fc.nat(20), { nil: undefined }),
        (list, wide, text, nth) => {
          const matches = compileQuery(text);
          const select = compileSelect(text);
          for (const rows of shapesOf(list, wide)) {
            const places = list.map((_, at) => at).filter((at) => nth === undefined || at % (nth + 1) === 0);
            const among = nth === undefined ? undefined : Uint16Array.from(places);
            assert.deepEqual(
              [...select(rows, FILE, among)],
              places.filter((at) => matches(rows, at, FILE)),
              text,
            );
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("finds a word at the edge of a line, and none that two lines have together", () => {
    const lines = ["ab", "c", "abc", "xab", "cab", "", "abcabc", "bc"];
    const [block] = blocksOf(
      lines.map((raw, i) => recordOf({ raw, offset: i })),
      0,
    );
    assert.ok(block);
    const rows = openBlock({
      ...block,
      texts: zstdCompressSync(block.texts),
      rest: zstdCompressSync(block.rest),
    });
    assert.deepEqual([...compileSelect("ABC")(rows, FILE, undefined)], [2, 6]);
    assert.deepEqual([...compileSelect("bc")(rows, FILE, undefined)], [2, 6, 7]);
  });
});

describe("a query that narrows another", () => {
  it("takes nothing that the other leaves out", () => {
    let [sure, tried] = [0, 0];
    // What people type: one more word, one more letter.
    const pair = fc.oneof(
      fc.tuple(query, query),
      fc.tuple(query, term).map(([a, b]): [string, string] => [`${a} ${b}`, a]),
      fc.tuple(query, query).map(([a, b]): [string, string] => [a, `${a} OR ${b}`]),
      fc.tuple(query, query).map(([a, b]): [string, string] => [`NOT (${a} OR ${b})`, `NOT (${a})`]),
    );
    fc.assert(
      fc.property(records, pair, (list, [text, other]) => {
        tried++;
        if (!narrows(parseQuery(text), parseQuery(other))) return;
        sure++;
        const [narrow, broad] = [compileQuery(text), compileQuery(other)];
        for (const rows of shapesOf(list, false))
          for (let at = 0; at < rows.count; at++)
            assert.ok(!narrow(rows, at, FILE) || broad(rows, at, FILE), `${text} / ${other}`);
      }),
      { numRuns: 600 },
    );
    assert.ok(sure > tried / 4, `${sure} of ${tried}`);
  });

  it("is known by what was typed", () => {
    const is = (text: string, other: string) => narrows(parseQuery(text), parseQuery(other));
    assert.ok(is("timeout", "TIME"));
    assert.ok(is("level:error timeout", "timeout"));
    assert.ok(is("message:refused", "message:ref"));
    assert.ok(is("-a -b", "-a"));
    assert.ok(is("-a", "-ab"));
    assert.ok(is("anything", ""));
    assert.ok(!is("", "anything"));
    assert.ok(!is("time", "timeout"));
    assert.ok(!is("path:/ab", "path:/a"));
    assert.ok(!is("-ab", "-a"));
    assert.ok(!is("a OR b", "a"));
  });
});
