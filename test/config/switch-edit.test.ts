import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { applyEdits, parse } from "jsonc-parser";
import { parse as parseYaml, stringify } from "yaml";
import { switchEdits } from "../../src/config/switch-edit.ts";

const switched = (text: string, id: string, enabled: boolean, within?: readonly string[]) => {
  const edits = switchEdits({ text, id, enabled, ...(within && { within }) });
  return edits && applyEdits(text, [...edits]);
};

describe("the switch of a source", () => {
  it("is written into settings that leave comments, commas and all else as they are", () => {
    const text = `{
    // mine
    "logMonitor.sources": {
        "a": { "paths": "a.log" }, // the first
        "b": {
            // where
            "paths": "b.log",
        },
        "c": {},
    },
}
`;
    const off = switched(text, "b", false, [])!;
    assert.equal(off, text.replace('"paths": "b.log"', '"enabled": false,\n            "paths": "b.log"'));
    assert.equal(
      switched(text, "a", false, []),
      text.replace('{ "paths": "a', '{ "enabled": false, "paths": "a'),
    );
    assert.equal(switched(text, "c", false, []), text.replace("{}", '{"enabled": false}'));
    assert.equal(switched(off, "b", true, []), off.replace("false", "true"));
    assert.deepEqual(switchEdits({ text, within: [], id: "b", enabled: true }), [], "it is on");
    assert.deepEqual(switchEdits({ text: off, within: [], id: "b", enabled: false }), [], "it is off");
  });

  it("is found in settings that are nested, or below the keys of a workspace file", () => {
    const nested = '{ "settings": { "logMonitor": { "sources": { "a": { "paths": "x" } } } } }';
    const off = switched(nested, "a", false, ["settings"]);
    assert.deepEqual(parse(off!).settings.logMonitor.sources.a, { enabled: false, paths: "x" });
  });

  it("is written into YAML in its own style, and leaves the rest to the letter", () => {
    const text = `# all
sources:
  a:   # the first
    # where
    paths: [a.log]   # here
    parser: >
      plain
  b: { paths: b.log }
  c: {}
`;
    assert.equal(
      switched(text, "a", false),
      text.replace("    paths: [a", "    enabled: false\n    paths: [a"),
    );
    assert.equal(switched(text, "b", false), text.replace("{ paths", '{ "enabled": false, paths'));
    assert.equal(switched(text, "c", false), text.replace("{}", '{"enabled": false}'));
    const on = "sources:\r\n  a:\r\n    paths: x\r\n    enabled: no # sic\r\n";
    assert.equal(switched(on, "a", true), on.replace("no #", "true #"));
    assert.equal(
      switched("sources:\r\n  a:\r\n    paths: x\r\n", "a", false),
      "sources:\r\n  a:\r\n    enabled: false\r\n    paths: x\r\n",
    );
  });

  it("is not written where another source would change with it, or where it can't be told what would", () => {
    for (const text of [
      "sources:\n  a: &x { paths: a.log }\n  b: *x\n",
      "sources:\n  b: &x { paths: a.log }\n  a: *x\n",
      "configpath:\n  a: a.log\n",
      "sources: [",
      "sources: { a: a.log }",
      "sources: {}",
      "",
    ])
      assert.equal(switched(text, "a", false), undefined, text);
    assert.equal(switched("{ nonsense", "a", false, []), undefined);
  });

  it("changes nothing but that, in whatever is written there", () => {
    // Who reads settings takes `__proto__` for no key.
    const told = (value: unknown): boolean => !JSON.stringify(value).includes("__proto__");
    const keys = fc.constantFrom("paths", "parser", "x y", "enabled", "#");
    const options = fc.dictionary(keys, fc.jsonValue().filter(told));
    const all = fc.dictionary(fc.string({ minLength: 1 }).filter(told), options, { minKeys: 1 });
    const layout = fc.constantFrom("block", "flow", "json", "settings");
    fc.assert(
      fc.property(all, layout, fc.boolean(), (sources, how, enabled) => {
        const [id = ""] = Object.keys(sources);
        const values = how === "settings" ? { "logMonitor.sources": sources } : { sources };
        const text =
          how === "block"
            ? stringify(values)
            : how === "flow"
              ? stringify(values, { collectionStyle: "flow" })
              : JSON.stringify(values, undefined, 2);
        const after = switched(text, id, enabled, how === "settings" ? [] : undefined);
        const present = sources[id]?.enabled;
        // An object in the place of true or false is left to whoever wrote it.
        if (after === undefined) return assert.ok(typeof present === "object");
        const read = how === "settings" ? parse(after) : parseYaml(after);
        const implied = present === undefined && enabled;
        const wanted = { ...sources, [id]: implied ? sources[id] : { ...sources[id], enabled } };
        assert.deepEqual(
          JSON.parse(JSON.stringify(Object.values(read)[0])),
          JSON.parse(JSON.stringify(wanted)),
        );
      }),
      { numRuns: 40 },
    );
  });
});
