import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { locateInFile } from "../../src/vscode/locate-in-file.ts";

describe("the line of an item in a configuration file", () => {
  const yaml = `# sources: of all kinds
sources:
  # access: the old one
  access:
    paths:
      - logs/access.log
    parser: nginx
  "api.v2":
    parser: json
sinks:
  access:
    type: file
`;

  it("is that of its key below its own parents", () => {
    assert.equal(locateInFile(yaml, ["sources"]), 1);
    assert.equal(locateInFile(yaml, ["sources", "access"]), 3);
    assert.equal(locateInFile(yaml, ["sources", "api.v2", "parser"]), 8);
    assert.equal(locateInFile(yaml, ["sinks", "access"]), 10);
  });

  it("is not known where the item isn't there", () => {
    assert.equal(locateInFile(yaml, ["sources", "parser"]), undefined);
    assert.equal(locateInFile(yaml, ["sinks", "api.v2"]), undefined);
    assert.equal(locateInFile("", ["sources"]), undefined);
  });

  const id = fc.stringMatching(/^[a-z][\w.-]{0,8}$/);
  const config = fc.dictionary(id, fc.dictionary(id, fc.dictionary(id, fc.string()), { minKeys: 1 }), {
    minKeys: 1,
  });

  for (const [format, write] of [
    ["YAML", (value: unknown) => stringify(value)],
    ["JSON", (value: unknown) => JSON.stringify(value, undefined, 2)],
  ] as const) {
    it(`is found for every item of any file of ${format}`, () => {
      fc.assert(
        fc.property(config, (values) => {
          const text = write(values);
          let last = -1;
          for (const [kind, items] of Object.entries(values)) {
            const top = locateInFile(text, [kind]);
            assert.ok(top !== undefined && top > last, `${kind} in ${text}`);
            last = top;
            for (const name of Object.keys(items)) {
              const line = locateInFile(text, [kind, name]);
              assert.ok(line !== undefined && line > last, `${kind}.${name} in ${text}`);
              assert.ok(text.split("\n")[line]?.includes(name));
              last = line;
            }
          }
        }),
      );
    });
  }
});
