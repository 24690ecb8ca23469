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

describe("an option of an entry", () => {
  const set = (text: string, option: string, value: unknown) => {
    const edits = entryEdits({ text, within: [], key: "sources", id: "app", option, value });
    return edits && applyEdits(text, [...edits]);
  };
  const around = (inner: string) => `{\n  "logMonitor.sources": {\n    "app": {${inner}}\n  }\n}`;

  it("is added behind the comment of the one before, in the way that the entry is written", () => {
    const written = '\n      "parser": "nginx" // as in prod';
    assert.equal(
      set(around(`${written}\n    `), "enabled", false),
      around(`\n      "parser": "nginx", // as in prod\n      "enabled": false\n    `),
    );
    assert.equal(
      set(around(' "parser": "nginx" '), "multiline", { pattern: "^x" }),
      around(' "parser": "nginx", "multiline": { "pattern": "^x" } '),
    );
  });

  it("goes with no comment but its own", () => {
    const ahead = '\n      "parser": "nginx", // as in prod\n      // ticket 42';
    assert.equal(
      set(around(`${ahead}\n      "multiline": "java"\n    `), "multiline", undefined),
      around('\n      "parser": "nginx" // as in prod\n      // ticket 42\n    '),
    );
    assert.equal(
      set(around('\n      // first\n      "a": 1,\n      // second\n      "b": 2\n    '), "a", undefined),
      around('\n      // first\n      // second\n      "b": 2\n    '),
    );
    assert.equal(set(around(' "a": 1 '), "a", undefined), around(" "));
  });

  it("is replaced where it stands, and all else stays, also each comment", () => {
    const text = around('\n      /* p */ "parser": "nginx", // of p\n      "enabled": false // of e\n    ');
    assert.equal(set(text, "parser", "json"), text.replace('"nginx"', '"json"'));
    assert.equal(set(text, "enabled", true), text.replace("false", "true"));
  });

  it("has its value then, with all comments that were there", () => {
    const gap = fc.constantFrom("", " ", "\n", "\r\n\t", " // a\n", "/* a */", "\n  // a\n");
    const names = fc.constantFrom("e0", "e1", "e2", "new");
    const values = fc.constantFrom<unknown>(undefined, true, "x", { y: [1] });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(gap, gap), { maxLength: 3 }),
        gap,
        names,
        values,
        (gaps, last, option, value) => {
          const parts = gaps.map(([before, behind], i) => `${before}"e${i}": { "x": [1] }${behind}`);
          const text = around(`${parts.join(",")}${last}`);
          const errors: ParseError[] = [];
          const after = set(text, option, value) ?? assert.fail("it was not read");
          const now = parse(after, errors, { allowTrailingComma: true })["logMonitor.sources"].app;
          const { [option]: _, ...rest } = parse(text)["logMonitor.sources"].app;
          assert.deepEqual(errors, []);
          assert.deepEqual({ ...now }, { ...rest, ...(value !== undefined && { [option]: value }) });
          const comments = (one: string) => one.match(/\/\/ a|\/\* a \*\//g)?.length ?? 0;
          assert.equal(comments(after), comments(text));
        },
      ),
    );
  });
});
