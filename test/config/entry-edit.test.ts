import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { applyEdits, type ParseError, parse } from "jsonc-parser";
import { entryEdits } from "../../src/config/entry-edit.ts";

const take = (text: string, id = "app", within: readonly string[] = []) => {
  const edits = entryEdits({ text, within, key: "sources", id, value: undefined });
  return edits && applyEdits(text, [...edits]);
};

describe("an entry that is added", () => {
  const add = (text: string, id = "app") => {
    const edits = entryEdits({ text, within: [], key: "sources", id, value: { paths: ["x"] } });
    return edits && applyEdits(text, [...edits]);
  };

  it("leaves what stands beside as it is written, and each comment with what it is of", () => {
    const head = '{\n  "a": [1, 2], // of a\n  "logMonitor.sources": {\n    "b": { "paths": ["y"] }';
    const added = '"app": {\n      "paths": [\n        "x"\n      ]\n    }';
    assert.equal(add(`${head} // of b\n  }\n}`), `${head}, // of b\n    ${added}\n  }\n}`);
    assert.equal(add(`${head}, // of b\n  }\n}`), `${head}, // of b\n    ${added},\n  }\n}`);
    assert.equal(add(`${head}\n  }\n}`), `${head},\n    ${added}\n  }\n}`);
    const flat = '{ "logMonitor.sources": { "b": {} } }';
    assert.equal(add(flat), '{ "logMonitor.sources": { "b": {}, "app": { "paths": [ "x" ] } } }');
  });

  it("is the value of the settings, whatever was there", () => {
    const gap = fc.constantFrom("", " ", "\n", "\r\n\t", " // a\n", "/* a */", "\n  // a\n");
    const entries = fc.array(fc.tuple(gap, gap), { maxLength: 3 });
    fc.assert(
      fc.property(entries, fc.boolean(), gap, fc.boolean(), (gaps, trailing, last, replaced) => {
        const parts = gaps.map(([ahead, behind], i) => `${ahead}"e${i}": { "x": [1] }${behind}`);
        const comma = trailing && parts.length > 0 ? "," : "";
        const text = `{"logMonitor.sources":{${parts.join(",")}${comma}${last}}}`;
        const id = replaced ? "e0" : "app";
        const errors: ParseError[] = [];
        const after = add(text, id) ?? assert.fail("it was not read");
        const now = parse(after, errors, { allowTrailingComma: true })["logMonitor.sources"];
        const before = parse(text, [], { allowTrailingComma: true })["logMonitor.sources"];
        assert.deepEqual(errors, [], after);
        assert.deepEqual(now, { ...before, [id]: { paths: ["x"] } }, after);
        assert.equal(after.match(/\/[/*] a/g)?.length, text.match(/\/[/*] a/g)?.length);
      }),
    );
  });
});

describe("an entry that is taken away", () => {
  const settings = (...lines: string[]) =>
    [
      "{",
      "  // mine",
      '  "logMonitor.sources": {',
      ...lines.map((line) => `    ${line}`),
      "  }",
      "}",
      "",
    ].join("\n");

  it("goes with its lines and its comma, wherever it stands", () => {
    const others = ["// a", '"a": {}, // of a', "// b", '"b": {} // of b'];
    for (const [entry, at] of [
      ['"app": {', 1],
      ['"app": {', 3],
    ] as const) {
      const with_ = others.toSpliced(at, 0, entry, "  // inner", '  "paths": ["x"]', "},");
      assert.equal(take(settings(...with_)), settings(...others));
    }
    assert.equal(take(settings('"a": {}, // of a', '"app": {}')), settings('"a": {} // of a'));
    assert.equal(take(settings('"a": {}, "app": { "paths": [] }, "b": {}')), settings('"a": {}, "b": {}'));
  });

  it("takes the setting along when it was the last, unless comments are left in it", () => {
    assert.equal(
      take('{\n  "a": 1,\n  "logMonitor.sources": {\n    "app": {},\n  }\n}\n'),
      '{\n  "a": 1\n}\n',
    );
    assert.equal(take('{ "logMonitor": { "sources": { "app": {} } } }'), "{ }");
    const kept = settings("// the web server's is elsewhere");
    assert.equal(take(settings("// the web server's is elsewhere", '"app": {}')), kept);
    const file = '{ "settings": { "logMonitor.sources": { "app": {} } } }';
    assert.deepEqual(parse(take(file, "app", ["settings"]) ?? ""), { settings: {} });
  });

  it("changes nothing where there is none, or where the settings are others than those it is in", () => {
    assert.equal(take(settings('"a": {}')), settings('"a": {}'));
    const text = settings('"app": {}');
    const edits = (expected: unknown) =>
      entryEdits({ text, within: [], key: "sources", id: "app", value: undefined, expected });
    assert.equal(edits({ other: {} }), undefined);
    assert.equal(edits({ app: {} })?.length, 1);
    assert.equal(
      entryEdits({ text: "{}", within: [], key: "sources", id: "app", value: 1, expected: {} }),
      undefined,
    );
  });

  it("leaves all other entries and each comment outside of it, however they are written", () => {
    const gap = fc.constantFrom("", " ", "\n", "\r\n\t", " // note\n", "/* note */", "\n  // a\n  // b\n");
    const entry = fc.record({
      ahead: gap,
      value: fc.constantFrom("1", "{}", '{ "x": [1, 2] }', '"," '),
      behind: gap,
    });
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.boolean(),
        gap,
        (entries, nth, trailing, last) => {
          const gone = nth % entries.length;
          const parts = entries.map(({ ahead, value, behind }, i) => `${ahead}"e${i}": ${value}${behind}`);
          const text = `{"logMonitor.sources":{${parts.join(",")}${trailing ? "," : ""}${last}}}`;
          const after = take(text, `e${gone}`) ?? assert.fail("it was not read");
          const wanted = { ...parse(text, [], { allowTrailingComma: true })["logMonitor.sources"] };
          delete wanted[`e${gone}`];
          const errors: ParseError[] = [];
          const left = parse(after, errors, { allowTrailingComma: true })["logMonitor.sources"];
          assert.deepEqual(errors, []);
          assert.deepEqual(left ?? {}, wanted);
          const comments = (of: string) => of.match(/\/\/ (?:note|a|b)|\/\* note/g) ?? [];
          assert.deepEqual(comments(after), comments(text));
        },
      ),
    );
  });
});
