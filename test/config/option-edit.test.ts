import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { applyEdits } from "jsonc-parser";
import { parse, stringify } from "yaml";
import { optionEdits } from "../../src/config/option-edit.ts";

const write = (text: string, value: unknown, option = "parser", id = "a") => {
  const edits = optionEdits({ text, id, option, value });
  return edits && applyEdits(text, [...edits]);
};

describe("an option of a source in a configuration file", () => {
  const text = `# all
sources:
  a:   # the first
    type: file # so

    # where
    paths: [a.log]   # here
    parser: json  # as they are
  b: { paths: b.log, parser: json }
  c: {}
  d:
    paths: x
    parser:
      # our own
      type: regex
      pattern: (?<a>.*)   # all
    multiline: java
`;

  it("is changed where it stands, and all else stays to the letter, comments too", () => {
    assert.equal(write(text, "nginx"), text.replace("parser: json  #", "parser: nginx  #"));
    assert.equal(
      write(text, { type: "regex", pattern: "(?<a>x), #{y}" }),
      text.replace("json  # as", `{ type: regex, pattern: "(?<a>x), #{y}" }  # as`),
    );
    assert.equal(
      write(text, "nginx", "parser", "b"),
      text.replace("b.log, parser: json", 'b.log, parser: "nginx"'),
    );
    assert.equal(
      write(text, { type: "regex", pattern: "b: (?<b>.*)" }, "parser", "d"),
      text.replace("(?<a>.*)   #", '"b: (?<b>.*)"   #'),
    );
    const whole = write(text, "json", "parser", "d")!;
    assert.equal(parse(whole).sources.d.parser, "json");
    for (const kept of ["# our own", "multiline: java", "# all\n"]) assert.ok(whole.includes(kept), kept);
    assert.deepEqual(optionEdits({ text, id: "a", option: "parser", value: "json" }), [], "it is so");
  });

  it("is added behind the type, as the source is written", () => {
    assert.equal(
      write(text, "python", "multiline"),
      text.replace("    paths: [a.log]", "    multiline: python\n    paths: [a.log]"),
    );
    assert.equal(
      write(text, "go", "multiline", "b"),
      text.replace("{ paths: b", '{ "multiline": "go", paths: b'),
    );
    assert.equal(write(text, "json", "parser", "c"), text.replace("c: {}", 'c: {"parser": "json"}'));
    const json = '{\r\n  "sources": { "a": {\r\n    "paths": "x"\r\n  } }\r\n}\r\n';
    assert.equal(write(json, "json"), json.replace('"paths"', '"parser": "json",\r\n    "paths"'));
  });

  it("is taken away with its line, or its comma", () => {
    assert.equal(write(text, undefined), text.replace("    parser: json  # as they are\n", ""));
    assert.equal(write(text, undefined, "multiline", "d"), text.replace("    multiline: java\n", ""));
    assert.equal(write(text, undefined, "parser", "b"), text.replace(", parser: json", ""));
    assert.equal(write(text, undefined, "paths", "b"), text.replace("paths: b.log, ", ""));
    assert.deepEqual(optionEdits({ text, id: "a", option: "multiline", value: undefined }), []);
  });

  it("is taken away without the comments of those beside it, also within braces", () => {
    const of = (lines: readonly string[]) =>
      `sources:\n  a: {\n${lines.map((line) => `    ${line}\n`).join("")}  }\n`;
    const first = of(["parser: json, # of the parser", "# of the paths", "paths: a.log"]);
    const last = of(["paths: a.log, # of the paths", "parser: json", "# of all"]);
    const within = "sources:\n  a: { parser: json, # of the paths\n    paths: a.log }\n";

    for (const text of [first, last, within]) {
      const after = write(text, undefined) ?? "";
      assert.ok(after.includes("# of the paths"), after);
      assert.deepEqual(parse(after), { sources: { a: { paths: "a.log" } } });
    }
  });

  it("is left alone where something else would change by it, or it is not found", () => {
    const shared = "sources:\n  a: &x\n    parser: json\n  b: *x\n";
    assert.equal(write(shared, "nginx"), undefined);
    const named = "x: &p json\nsources:\n  a:\n    parser: *p\n";
    assert.equal(write(named, "nginx"), named.replace("*p", "nginx"));
    for (const [bad, id] of [
      ["{", "a"],
      [text, "z"],
      ["logs: [a]\n", "a"],
      ["sources:\n  a: x\n", "a"],
    ] as const)
      assert.equal(write(bad, "nginx", "parser", id), undefined, bad);
  });

  it("is the value that was asked for, whatever it is, in YAML and JSON", () => {
    const value = fc.oneof(
      fc.string(),
      fc.record({ type: fc.constant("regex"), pattern: fc.string() }),
      fc.constant(undefined),
    );
    const sources = { a: { type: "file", parser: { type: "regex", pattern: "x" }, paths: "a" }, b: { q: 1 } };
    const texts = [
      stringify({ sources }),
      stringify({ sources }, { collectionStyle: "flow" }),
      JSON.stringify({ sources }),
      JSON.stringify({ sources }, undefined, 2),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...texts), value, (text, parser) => {
        const after = write(text, parser) ?? assert.fail("can't be written");
        const wanted = { ...sources, a: { ...sources.a, parser } };
        assert.deepEqual(parse(after).sources, JSON.parse(JSON.stringify(wanted)));
      }),
    );
  });
});
