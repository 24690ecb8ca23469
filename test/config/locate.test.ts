import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { locateInSettings } from "../../src/config/locate.ts";

const flat = `{
  // a comment
  "editor.fontSize": 12,
  "logMonitor.sources": {
    "access": {
      "paths": ["a.log"],
      "parser": "ngnix",
    },
  },
}`;

describe("locate", () => {
  const cases: [
    what: string,
    text: string,
    path: (string | number)[],
    within: string[],
    expected: [number, number, number, number],
  ][] = [
    ["a value, with its key", flat, ["sources", "access", "parser"], [], [7, 7, 7, 24]],
    ["only the key of an object", flat, ["sources", "access"], [], [5, 5, 5, 13]],
    ["the nearest that is written for a missing key", flat, ["sources", "access", "zone"], [], [5, 5, 5, 13]],
    ["an item of a list", flat, ["sources", "access", "paths", 0], [], [6, 17, 6, 24]],
    ["the beginning when there is nothing", "{}", ["sinks", "a"], [], [1, 1, 1, 1]],
    [
      "nested settings",
      '{\n "logMonitor": { "sources": { "a": 7 } }\n}',
      ["sources", "a"],
      [],
      [2, 31, 2, 37],
    ],
    [
      "a workspace file",
      '{ "settings": {\n"logMonitor.monitor": 3 } }',
      ["monitor"],
      ["settings"],
      [2, 1, 2, 24],
    ],
  ];
  for (const [what, text, path, within, [line, column, endLine, endColumn]] of cases) {
    it(`finds ${what}`, () => {
      assert.deepEqual(locateInSettings(text, path, within), {
        start: { line, column },
        end: { line: endLine, column: endColumn },
      });
    });
  }

  it("copes with broken text", () => {
    assert.deepEqual(locateInSettings("", ["sources"], []).start, { line: 1, column: 1 });
    locateInSettings('{ "logMonitor.sources": { "a": ', ["sources", "a", "b"], []);
  });
});
