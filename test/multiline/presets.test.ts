import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { presets } from "../../src/multiline/index.ts";
import type { Preset } from "../../src/multiline/preset.ts";
import { faultsOf } from "../../src/multiline/samples.ts";
import { cpuTime } from "../helpers/cpu-time.ts";
import { groupsOf } from "./groups.ts";

describe("multiline presets", () => {
  for (const preset of presets) {
    it(`${preset.name} finds the groups of its samples, and its samples show all its rules`, () => {
      assert.ok(preset.samples.length >= 2);
      assert.deepEqual(faultsOf(preset), []);
    });
  }

  it("stand in the documents", () => {
    const page = readFileSync(new URL("../../docs/multiline.md", import.meta.url), "utf8");
    for (const { name, about } of presets) assert.ok(page.includes(`| \`${name}\` | ${about} |`), name);
  });

  it("a sample that does not fall into its groups, and a rule that no sample shows, are named", () => {
    const java = presets.find(({ name }) => name === "java") as Preset;
    const wrong = faultsOf({ ...java, samples: [["INFO one\nINFO two"]] });
    assert.match(wrong[0] ?? "", /^java: "INFO one" is not the group/);
    assert.match(wrong[1] ?? "", /^java: no sample shows \//);
  });

  for (const { name } of presets) {
    it(`${name} takes no time for lines made to cost some`, () => {
      const pieces = [
        "a.",
        "()",
        "(",
        ":1:in '",
        "a/",
        "A::",
        " ",
        "at a",
        "#1 ",
        "Error",
        "':",
        "1.",
        "Uncaught ",
      ];
      const began = cpuTime();
      for (const piece of pieces) {
        groupsOf({ preset: name }, [
          piece.repeat(500_000),
          `${piece.repeat(500_000)}!`,
          `\t${piece.repeat(500_000)}!`,
        ]);
      }
      assert.ok(cpuTime() - began < 2_000);
    });
  }

  const lines: [preset: string, says: string, groups: string[]][] = [
    ["java", "log lines alone", ["2026-11-21 10:00:00 INFO a", "2026-11-21 10:00:00 INFO b", "WARN c"]],
    [
      "java",
      "an exception without a message and a trace without indents",
      ["[main] ERROR a\njava.io.EOFException\nat a.B.c(B.java:1)", "[main] INFO b"],
    ],
    [
      "java",
      "the trace of one thread after that of another",
      ["java.io.EOFException\n\tat a.B.c(B.java:1)", "java.io.EOFException: x\n\tat a.B.c(B.java:1)"],
    ],
    [
      "python",
      "a traceback alone that ends with the exception",
      ['Traceback (most recent call last):\n  File "a"\nE: x', "print"],
    ],
    [
      "python",
      "a syntax error",
      ['INFO a\n  File "a.py", line 1\n    f(\n     ^', "SyntaxError: '(' was never closed"],
    ],
    [
      "python",
      "messages and exceptions of several lines in a log with dates",
      [
        '2026-11-21 10:00:00,001 ERROR shop: two\nmore\nTraceback (most recent call last):\n  File "a.py"\nRuntimeError: line1\nline2\na note',
        "INFO:root:another logger",
        "not dated",
        "2026-11-21 10:00:00,001 WARNING shop: three",
        "10.0.0.1 - - [21/Nov/2026:10:00:00 +0000] an access",
      ],
    ],
    [
      "go",
      "a panic in a log with dates",
      [
        "2026/11/21 10:00:00 one\nSELECT *\nFROM t",
        "panic: two\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:1",
        "2026/11/21 10:00:01 three",
      ],
    ],
    ["node", "log lines with objects", ["a {\n  b: 1\n}", "c"]],
    ["go", "log lines alone", ["2026/11/21 10:00:00 a", "2026/11/21 10:00:01 b", "level=info msg=c", "d"]],
    ["go", "addresses that stand alone", ["10.0.0.1", "10.0.0.2"]],
    ["dotnet", "log lines alone", ["info: A[0]\n      a", "warn: A[0]\n      b"]],
    [
      "ruby",
      "log lines alone",
      ["I, [2026-11-21T10:00:00 #1]  INFO -- : a", "D, [2026-11-21T10:00:00 #1] DEBUG -- : b"],
    ],
    ["php", "log lines alone", ["[21-Nov-2026 10:00:00 UTC] a", "[21-Nov-2026 10:00:00 UTC] b"]],
    ["rust", "log lines alone", ["[2026-11-21T10:00:00Z INFO  a] b", "[2026-11-21T10:00:00Z INFO  a] c\nd"]],
    ["indent", "lines that begin with white space", ["a\n b\n\tc", "d", "", "e\n  f"]],
  ];
  for (const [preset, says, groups] of lines) {
    it(`${preset}: ${says}`, () => {
      assert.deepEqual(groupsOf({ preset }, groups.join("\n").split("\n")), groups);
    });
  }
});

describe("multiline json", () => {
  const cases: [says: string, groups: string[]][] = [
    ["values on one line", ['{"a":1}', '{"b":[1,2]}', "[1]", "{}"]],
    ["objects and lists over lines", ['{\n  "a": {\n    "b": [\n1]\n  }\n}', "[\n1,\n2\n]", '{"a":\n1}']],
    ["braces and quotes inside strings", ['{"a":"}{",\n"b":"\\"}]","c":"\\\\"\n}', "{}"]],
    ["text between values", ["[main] INFO started {", "[INFO] (a", '{\n"a":1\n}', "that's it {"]],
    ["the rest of a value", ['  "a": 1,\n  "b": 2\n}', '{"c":\n3}']],
  ];
  for (const [says, groups] of cases) {
    it(says, () => assert.deepEqual(groupsOf({ preset: "json" }, groups.join("\n").split("\n")), groups));
  }
});
