import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createGrouper, type Grouping } from "../../src/multiline/grouper.ts";
import { judges, presets } from "../../src/multiline/index.ts";
import { groupsOf } from "./groups.ts";

const after = (pattern: string, negate: boolean) => ({ pattern, negate, match: "after" }) as const;
const before = (pattern: string, negate: boolean) => ({ pattern, negate, match: "before" }) as const;

describe("multiline grouper", () => {
  it("puts lines together by what begins a group, by what goes on, and as Filebeat's four ways", () => {
    const lines = ["b", "a1", "b", "b", "a2", "a3", "b"];
    assert.deepEqual(groupsOf(after("^a", true), lines), ["b", "a1\nb\nb", "a2", "a3\nb"]);
    assert.deepEqual(groupsOf(after("^b", false), lines), ["b", "a1\nb\nb", "a2", "a3\nb"]);
    assert.deepEqual(groupsOf(before("^b", false), lines), ["b\na1", "b\nb\na2", "a3", "b"]);
    assert.deepEqual(groupsOf(before("^a", true), lines), ["b\na1", "b\nb\na2", "a3", "b"]);
    assert.deepEqual(groupsOf(before("\\\\$", false), ["a \\", "b \\", "c", "d"]), ["a \\\nb \\\nc", "d"]);
  });

  it("ends a group with the line that reaches a limit, and makes the rest a group of its own", () => {
    const lines = ["a", " 1", " 2", " 3", " 4", "b"];
    assert.deepEqual(groupsOf({ preset: "indent" }, lines, { maxLines: 2 }), ["a\n 1", " 2\n 3", " 4", "b"]);
    // Two bytes and three bytes reach five, so do two of three.
    assert.deepEqual(groupsOf({ preset: "indent" }, lines, { maxBytes: 5 }), ["a\n 1", " 2\n 3", " 4", "b"]);
    assert.deepEqual(groupsOf({ preset: "java" }, ["a", "\tat b", "\tat c"], { maxLines: 1 }).length, 3);
  });

  it("says when a group is as long as it may be, and when one is over before the next line comes", () => {
    const json = createGrouper({ by: { preset: "json" }, maxLines: 3, maxBytes: 100 });
    assert.deepEqual([json.begins("{", 2), json.ended, json.full], [true, false, false]);
    assert.deepEqual([json.begins("}", 2), json.ended, json.full], [false, true, false]);
    assert.deepEqual(
      [json.begins("{", 2), json.begins('"a":', 5), json.begins("1", 2)],
      [true, false, false],
    );
    assert.deepEqual([json.ended, json.full], [true, true]);
    const tail = createGrouper({ by: before("\\\\$", false), maxLines: 3, maxBytes: 100 });
    assert.deepEqual([tail.begins("a \\", 4), tail.ended], [true, false]);
    assert.deepEqual([tail.begins("b", 2), tail.ended, tail.full], [false, true, false]);
  });

  it("begins anew when told", () => {
    const grouper = createGrouper({ by: { preset: "indent" }, maxLines: 3, maxBytes: 100 });
    grouper.begins("a", 2);
    grouper.reset();
    assert.equal(grouper.begins(" b", 3), true);
  });

  const samples = presets.flatMap((preset) => preset.samples.flat().flatMap((group) => group.split("\n")));
  const line = fc.oneof(
    fc.constantFrom(...samples),
    fc.constantFrom("{", "}", "[", '"a": 1,', " x", "", "a\\"),
  );
  const by = fc.oneof(
    fc.constantFrom(...judges.keys()).map((preset): Grouping["by"] => ({ preset })),
    fc.record({
      pattern: fc.constantFrom("^\\S", "^\\s", "\\\\$", "^\\d", ""),
      negate: fc.boolean(),
      match: fc.constantFrom("after" as const, "before" as const),
    }),
  );
  const limits = fc.record({
    maxLines: fc.integer({ min: 1, max: 9 }),
    maxBytes: fc.integer({ min: 1, max: 400 }),
  });

  it("loses no line, keeps the order, and keeps to the limits (property)", () => {
    fc.assert(
      fc.property(by, fc.array(line, { maxLength: 40 }), limits, (rule, lines, given) => {
        const groups = groupsOf(rule, lines, given);
        assert.equal(groups.join("\n"), lines.join("\n"));
        for (const group of groups) {
          const own = group.split("\n");
          assert.ok(own.length <= given.maxLines);
          // The last line may go beyond, those before it may not.
          assert.ok(Buffer.byteLength(own.slice(0, -1).join("\n")) < given.maxBytes);
        }
      }),
    );
  });

  it("finds the same groups from the start of any of them on (property)", () => {
    fc.assert(
      fc.property(by, fc.array(line, { maxLength: 40 }), limits, fc.nat(), (rule, lines, given, nth) => {
        const groups = groupsOf(rule, lines, given);
        const from = nth % (groups.length + 1);
        const rest = groups.slice(from);
        if (rest.length === 0) return;
        assert.deepEqual(groupsOf(rule, rest.join("\n").split("\n"), given), rest);
      }),
    );
  });

  it("a group that is said to have ended goes on with no line (property)", () => {
    fc.assert(
      fc.property(by, fc.array(line, { maxLength: 20 }), line, limits, (rule, lines, next, given) => {
        const grouper = createGrouper({ by: rule, ...given });
        for (const one of lines) grouper.begins(one, one.length + 1);
        if (grouper.ended) assert.equal(grouper.begins(next, next.length + 1), true);
      }),
    );
  });
});
