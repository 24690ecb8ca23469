import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { unfolded } from "../../src/lib/json-layout.ts";

describe("a line of JSON that holds many records", () => {
  it("has each of them on a line of its own", () => {
    const push = '{"streams":[{"stream":{"a":"[{"},"values":[["1","x"],["2","y, [\\"z"]]}]}';
    assert.deepEqual(unfolded(push), [
      '{"streams":[',
      '  {"stream":{"a":"[{"},"values":[',
      '    ["1","x"],',
      '    ["2","y, [\\"z"]',
      "  ]}",
      "]}",
    ]);
    assert.deepEqual(unfolded('[{"a":1},{"b":[1,2]}]'), ["[", '  {"a":1},', '  {"b":[1,2]}', "]"]);
  });

  it("keeps lists on their line that are deep within, or hold no lists or objects", () => {
    const deep = '[[[[{"a":1}]]]]';
    assert.deepEqual(
      unfolded(deep).map((line) => line.trim()),
      ["[", "[", "[", '[{"a":1}]', "]", "]", "]"],
    );
    for (const line of ['{"a":[1,2,3]}', "[]", '{"a":{}}']) assert.deepEqual(unfolded(line), [line]);
  });

  it("stays as it is where it is no JSON", () => {
    for (const line of ["", "plain", 'log,a=[{ b="', "[{]", "[{", '["[{'])
      assert.deepEqual(unfolded(line), [line]);
  });

  it("loses and changes nothing but white space between its parts", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const line = JSON.stringify(JSON.parse(text));
        assert.equal(
          unfolded(line)
            .map((part) => part.replace(/^ +/, ""))
            .join(""),
          line,
        );
      }),
    );
  });
});
