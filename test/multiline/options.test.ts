import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createGrouper } from "../../src/multiline/grouper.ts";
import { multilineOption } from "../../src/multiline/options.ts";

const limits = { maxLines: 500, maxBytes: 1024 ** 2, timeout: 1000 };

describe("multiline option", () => {
  const good: [says: string, value: unknown, by: unknown, more?: object][] = [
    ["a preset's name", "java", { preset: "java" }],
    [
      "a preset with limits",
      { preset: "json", maxLines: 9, maxBytes: "2KiB" },
      { preset: "json" },
      { maxLines: 9, maxBytes: 2048 },
    ],
    ["what begins a record", { start: "^\\d" }, { pattern: "^\\d", negate: true, match: "after" }],
    [
      "what goes on",
      { continuation: "^\\s", timeout: 50 },
      { pattern: "^\\s", negate: false, match: "after" },
      { timeout: 50 },
    ],
    [
      "Filebeat's own words",
      { pattern: "\\\\$", match: "before" },
      { pattern: "\\\\$", negate: false, match: "before" },
    ],
  ];
  for (const [says, value, by, more] of good) {
    it(`takes ${says}`, () => {
      const found = multilineOption.parse(value);
      assert.deepEqual(found, { by, ...limits, ...more });
      createGrouper(JSON.parse(JSON.stringify(found)));
    });
  }

  const bad: [says: string, value: unknown, path: string, message: RegExp][] = [
    ["a preset that is none", "jav", "", /^unknown preset "jav": did you mean "java"\? There are java, /],
    [
      "a preset that is none in an object",
      { preset: "x" },
      "preset",
      /^unknown preset "x"\. There are java, /,
    ],
    ["a name of every object", "constructor", "", /^unknown preset "constructor"/],
    [
      "an expression that is none",
      { start: "(" },
      "start",
      /^Invalid regular expression: .*Unterminated group/,
    ],
    ["an empty expression", { continuation: "" }, "continuation", /^is empty/],
    ["nothing", {}, "", /^needs one of preset, start, continuation, pattern$/],
    ["two ways at once", { start: "a", pattern: "b" }, "pattern", /^stands beside start/],
    ["negate without pattern", { start: "a", negate: true }, "negate", /^goes with pattern$/],
    ["a limit of nothing", { start: "a", maxBytes: 0 }, "maxBytes", /^is no length of a record/],
    [
      "a record that fills the memory",
      { start: "a", maxBytes: "1GiB" },
      "maxBytes",
      /^is no length of a record/,
    ],
  ];
  for (const [says, value, path, message] of bad) {
    it(`refuses ${says}, naming the setting`, () => {
      const [issue] = multilineOption.safeParse(value).error?.issues ?? [];
      assert.equal(issue?.path.join("."), path);
      assert.match(issue?.message ?? "", message);
    });
  }
});
