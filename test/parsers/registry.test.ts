import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";
import { createParser, parsers } from "../../src/parsers/index.ts";
import { levelOf } from "../../src/parsers/level.ts";
import type { ParserDefinition } from "../../src/parsers/parser.ts";
import { faultsOf } from "../../src/parsers/samples.ts";

const utc = { timezone: "UTC", ignoreOffset: false };

describe("registry of parsers", () => {
  for (const [name, definition] of Object.entries(parsers)) {
    it(`${name} takes its own samples`, () => {
      assert.equal(definition.name, name);
      assert.deepEqual(faultsOf(definition), []);
    });
  }

  it("finds a sample that its format does not take, and a format without samples", () => {
    const broken: ParserDefinition = { ...(parsers.nginx as ParserDefinition), samples: [{ line: "x" }] };
    assert.match(faultsOf(broken)[0] ?? "", /^nginx: the sample "x": does not begin with/);
    assert.deepEqual(faultsOf({ ...broken, samples: [] }), ["nginx: no sample shows that anything parses"]);
  });

  it("options survive being written as JSON and read again", () => {
    for (const definition of Object.values(parsers)) {
      for (const { options } of definition.samples) {
        const once = definition.options.parse(options ?? {});
        assert.deepEqual(definition.options.parse(JSON.parse(JSON.stringify(once))), once);
        assert.ok(z.toJSONSchema(definition.options));
      }
    }
  });

  const bad: [says: string, name: string, options: unknown, message: RegExp][] = [
    ["a parser that is none", "ngnix", {}, /^parser: there is no "ngnix", there are nginx, /],
    ["a name of every object", "constructor", {}, /there is no "constructor"/],
    ["an unknown option", "json", { tiem: "x" }, /tiem/],
    ["a bad expression", "regex", { pattern: "(?<a>" }, /^pattern: Invalid regular expression/],
    ["an expression without groups", "regex", { pattern: "a" }, /^pattern: it has no named group/],
    ["a type of no group", "regex", { pattern: "(?<a>.)", types: { b: "int" } }, /^types: .* no group "b"/],
    ["a type that is none", "regex", { pattern: "(?<a>.)", types: { a: "long" } }, /types\.a: /],
    ["a missing pattern", "regex", {}, /pattern: /],
    ["a format without variables", "nginx", { format: "combined" }, /^format: "combined" names no variable/],
    ["variables that touch", "nginx", { format: "$a$b" }, /^format: nothing separates \$a and \$b/],
    ["a directive without its quotes", "nginx", { format: "log_format m '$a' $b;" }, /^format: .* quotes/],
  ];
  for (const [says, name, options, message] of bad) {
    it(`refuses ${says}, naming it`, () => {
      assert.throws(() => createParser(name, options, utc), { name: "UserError", message });
    });
  }
});

describe("levels", () => {
  const table: [level: string | undefined, values: unknown[]][] = [
    ["trace", ["TRACE", "verbose", 10]],
    ["debug", ["dbg", "DEBUG", 20, 7]],
    ["info", ["INFO", "notice", "Information", 30, 6, 5]],
    ["warn", ["WARNING", "warn", "WRN", "W", 40, 4]],
    ["error", ["err", "ERROR", "E", "severe", 50, 3, "50"]],
    ["fatal", ["critical", "CRIT", "panic", "emerg", "alert", 60, 0]],
    [undefined, ["audit", "", -1, 100, null, {}, "constructor", Number.NaN]],
  ];
  for (const [level, values] of table) {
    for (const value of values) {
      it(`${JSON.stringify(value)} is ${level ?? "none"}`, () => assert.equal(levelOf(value), level));
    }
  }
});
