import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createParser, parsers } from "../../src/parsers/index.ts";
import { origin } from "../helpers/records.ts";

const utc = { timezone: "UTC", ignoreOffset: false };
const stack = ["Error: no", "    at f (a.js:1:2)", "    at g (a.js:3:4)"];

function linesOf(name: string): string[] {
  const samples = parsers[name]?.samples.filter(({ options }) => options === undefined) ?? [];
  return Array.from({ length: 60 }, (_, i) => samples[i % samples.length]?.line ?? "").filter((line) => line);
}

function read(lines: readonly string[]) {
  const parser = createParser("auto", {}, utc);
  const records = lines.map((line, at) => parser.parse(line, origin, at, 0));
  return { records, name: parser.name };
}

describe("auto", () => {
  for (const name of ["nginx", "combined", "common", "json", "logfmt", "plain"]) {
    it(`picks ${name} and gives the records that it gives`, () => {
      const lines = linesOf(name);
      const { records, name: shown } = read(lines);
      assert.equal(shown, `auto (${name})`);
      const direct = createParser(name, {}, utc);
      assert.deepEqual(
        records,
        lines.map((line, at) => direct.parse(line, origin, at, 0)),
      );
    });

    it(`gives the same records of ${name} wherever a replay begins`, () => {
      const lines = linesOf(name);
      const { records } = read(lines);
      for (const from of [1, 4, 5, 17, 49, 55]) {
        const again = read(lines.slice(from)).records.map((record, i) => ({ ...record, offset: from + i }));
        assert.deepEqual(again, records.slice(from));
      }
    });
  }

  it("names its guess from the first line on", () => {
    assert.equal(read([]).name, "auto");
    assert.equal(read(['{"a":1}']).name, "auto (json)");
  });

  it("is not misled by a banner or a stack trace", () => {
    const lines = ["starting up", ...linesOf("json").slice(0, 8), ...stack, ...linesOf("json")];
    assert.equal(read(lines).name, "auto (json)");
  });

  it("stays with its pick: a line of another kind is then one that does not parse", () => {
    const { records } = read([...linesOf("json"), "plain words"]);
    assert.match(records.at(-1)?.error ?? "", /^not JSON/);
  });

  it("falls back to plain text for a mixture", () => {
    const mixture = linesOf("json").flatMap((line) => [line, ...stack]);
    const { name, records } = read(mixture);
    assert.equal(name, "auto (plain)");
    assert.ok(records.every(({ error }) => error === undefined));
  });

  it("does not count blank lines", () => {
    assert.equal(read(["", " ", ...linesOf("nginx").slice(0, 5)]).name, "auto (nginx)");
  });
});
