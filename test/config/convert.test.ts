import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { stringify } from "yaml";
import { convert } from "../../src/config/convert.ts";
import { documentOf } from "../../src/config/document.ts";
import { tempFolder } from "../helpers/temp.ts";
import { load, said } from "./load.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/);
const path = fc.oneof(
  fc.stringMatching(/^\/[\w /#:'"{}&*!|>%@`-]{1,20}[\w]$/),
  fc.stringMatching(/^D:\/logs\/[a-z]{1,8}\.txt$/),
  fc.stringMatching(/^logs\/[a-z*]{1,8}\.log$/),
);
const address = fc.stringMatching(/^[a-z]{1,8}:[1-9][0-9]{1,3}$/);
const old = fc.oneof(
  fc.record(
    {
      configpath: fc.dictionary(name, path, { minKeys: 1, maxKeys: 4 }),
      collectlogs: fc.array(fc.record({ logtopic: name, logpath: path }), { minLength: 1, maxLength: 4 }),
      kafkaconfig: fc.record({ kafkaaddr: address }),
      elasticconfig: fc.record({ elasticaddr: address, typestr: name }),
      sources: fc.dictionary(name, fc.record({ paths: fc.array(path, { minLength: 1, maxLength: 2 }) }), {
        maxKeys: 2,
      }),
      sinks: fc.constant({ out: { type: "file", path: "out.ndjson" } }),
      monitor: fc.constant({ port: 9999 }),
    },
    { requiredKeys: [] },
  ),
  fc.array(fc.record({ logtopic: name, logpath: path }), { minLength: 1, maxLength: 4 }),
);
const isOld = (values: object): boolean =>
  Array.isArray(values) ||
  ["configpath", "collectlogs", "kafkaconfig", "elasticconfig"].some((key) => Object.hasOwn(values, key));

describe("converting an old configuration", () => {
  it("comes to the same configuration as the old one", async (t) => {
    const folder = tempFolder(t);
    const [before, after] = [join(folder, "old.yaml"), join(folder, "new.yaml")];
    await fc.assert(
      fc.asyncProperty(old.filter(isOld), async (values) => {
        const text = stringify(values);
        writeFileSync(before, text);
        writeFileSync(after, convert(documentOf(text, before)).text);
        const [was, is] = [await load({ configFile: before }), await load({ configFile: after })];
        assert.deepEqual(is.config, was.config);
        const errors = (loaded: typeof is) =>
          loaded.issues.filter(({ severity }) => severity === "error").map(({ message }) => message);
        assert.deepEqual(errors(is), errors(was));
        assert.doesNotMatch(said(is).join("\n"), /today's layout/);
      }),
      { numRuns: 60 },
    );
  });

  it("writes YAML that people can go on with, and tells what had no effect", () => {
    const text = [
      "collectlogs:",
      "  - { logtopic: web, logpath: /w.log }",
      "  - { logtopic: own, logpath: /o.log }",
      "sources: { own: { paths: /own.log } }",
    ];
    const { text: modern, warnings } = convert(documentOf(text.join("\n"), "/etc/config.yaml"));
    assert.deepEqual(modern.split("\n"), [
      "# Log Monitor: converted from a configuration of the old layout.",
      "sources:",
      "  web:",
      "    paths:",
      "      - /w.log",
      "    parser: auto",
      "  own:",
      "    paths: /own.log",
      "",
    ]);
    assert.deepEqual(warnings, [
      "/etc/config.yaml:3: collectlogs.1: is not used: sources.own is defined in today's layout too",
    ]);
  });

  it("says where an old file is wrong, and when there is nothing old in it", () => {
    const refused = (text: string, reason: RegExp) =>
      assert.throws(() => convert(documentOf(text, "/c.yaml")), { name: "UserError", message: reason });
    refused("configpath: 5\n", /^\/c\.yaml:1: configpath: must be an object/);
    refused("a: [\n", /^\/c\.yaml:\d+: /);
    refused("sources: {}\n", /\/c\.yaml has nothing of the old layouts/);
  });
});
