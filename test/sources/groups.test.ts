import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseGroups } from "../../src/engine/groups.ts";
import { createLimit } from "../../src/lib/limit.ts";
import { createWatchdog } from "../../src/lib/watchdog.ts";
import type { Grouping } from "../../src/multiline/grouper.ts";
import { judges, presets } from "../../src/multiline/index.ts";
import { type Parser, unparsed } from "../../src/parsers/parser.ts";
import { createGroupCutter } from "../../src/sources/file/groups.ts";
import { createCutter, type Lines } from "../../src/sources/file/lines.ts";
import type { GroupGuard, GroupStop } from "../../src/sources/source.ts";
import { cpuTime } from "../helpers/cpu-time.ts";
import { origin } from "../helpers/records.ts";

const verbatim: Parser = {
  name: "verbatim",
  parse: (raw, from, offset, observed) => unparsed(raw, from, offset, observed, ""),
};
const indent: Grouping = { by: { preset: "indent" }, maxLines: 500, maxBytes: 1 << 20 };
const json: Grouping = { ...indent, by: { preset: "json" } };

const cutter = (grouping = indent, limit?: number) =>
  createGroupCutter(createCutter(0, "line", limit === undefined ? {} : { limit }), grouping);
const shown = (parts: readonly Lines[]) =>
  parts.map(({ start, bytes, groups }) => [start, bytes.toString(), groups]);

const watchdog = createWatchdog(createLimit());

/** A guard that keeps what it is told. */
function watched() {
  const stops: GroupStop[] = [];
  const state = { stopped: false };
  const guard: GroupGuard = {
    watchdog,
    get stopped() {
      return state.stopped;
    },
    stop(at) {
      stops.push(at);
      state.stopped = true;
    },
  };
  return { guard, stops, state };
}

/** All that a flush hands out. */
function flushed(groups: ReturnType<typeof cutter>): Lines[] {
  const parts: Lines[] = [];
  for (let part = groups.flush(true); part; part = groups.flush(true)) parts.push(part);
  return parts;
}

const apart = (parts: readonly Lines[]) =>
  parts.map(({ start, bytes, groups, apart: alone }) => [
    start,
    bytes.toString(),
    ...(alone ? ["apart"] : [groups]),
  ]);

describe("group cutter", () => {
  it("hands out whole groups and holds the last one back until the next begins", () => {
    const groups = cutter();
    assert.deepEqual(shown(groups.push(Buffer.from("a\n 1\nb\n"))), [[0, "a\n 1\n", 1]]);
    assert.deepEqual([groups.offset, groups.held, groups.position, groups.partial], [5, 2, 7, false]);
    assert.deepEqual(groups.push(Buffer.from(" 2\n 3")), []);
    assert.deepEqual([groups.offset, groups.held, groups.partial], [5, 7, true]);
    assert.deepEqual(shown(groups.push(Buffer.from("\nc\nd\n"))), [[5, "b\n 2\n 3\nc\n", 2]]);
    assert.deepEqual([groups.offset, groups.flushable], [15, true]);
  });

  const BAD = `${"a".repeat(60)}!`;
  for (const match of ["after", "before"] as const) {
    it(`hands lines out apart from the one on that its expression runs away at (${match})`, () => {
      const { guard, stops, state } = watched();
      const how = { ...indent, by: { pattern: "^(a+)+$", negate: match === "after", match } };
      const groups = createGroupCutter(createCutter(0, "line"), how, guard, "/a.log");
      const before = groups.push(Buffer.from("aa\nb\n"));
      const parts = [...before, ...groups.push(Buffer.from(`c\n${BAD}\nd\n`))];
      assert.deepEqual(apart(parts.slice(-1)), [[7, `${BAD}\nd\n`, "apart"]]);
      assert.equal(Buffer.concat(parts.map(({ bytes }) => bytes)).toString(), `aa\nb\nc\n${BAD}\nd\n`);
      const [stop, ...more] = stops;
      assert.deepEqual(more, []);
      assert.deepEqual([stop?.pattern, stop?.file, stop?.offset, stop?.line], ["^(a+)+$", "/a.log", 7, BAD]);
      assert.deepEqual([groups.held, groups.flushable], [0, false]);
      assert.deepEqual(apart(groups.push(Buffer.from(`${BAD}\ne`))), [[71, `${BAD}\n`, "apart"]]);
      assert.deepEqual(apart(flushed(groups)), [[133, "e", "apart"]]);
      state.stopped = false;
      groups.push(Buffer.from("\naa\nf\naa\n"));
      assert.equal(flushed(groups)[0]?.apart, undefined);
      assert.equal(stops.length, 1);
    });
  }

  it("flushes the group that is held, and apart from it a line without its end that its expression runs away at", () => {
    const { guard, stops } = watched();
    const how = { ...indent, by: { pattern: "^(a+)+$", negate: true, match: "after" as const } };
    const groups = createGroupCutter(createCutter(0, "line"), how, guard);
    assert.deepEqual(groups.push(Buffer.from(`aa\nb\n${BAD}`)), []);
    assert.deepEqual(apart(flushed(groups)), [
      [0, "aa\nb\n", 1],
      [5, BAD, "apart"],
    ]);
    assert.equal(stops.length, 1);
  });

  it("hands out each byte once, in order, while its expression is stopped and tried again (property)", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", " 1", "b", "", " ä"), { maxLength: 30 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.boolean(), fc.boolean())),
        (lines, reads) => {
          const { guard, state } = watched();
          const how = { ...indent, by: { pattern: "^\\s", negate: false, match: "after" as const } };
          const groups = createGroupCutter(createCutter(0, "line"), how, guard);
          const input = Buffer.from(lines.join("\n"));
          const parts: Lines[] = [];
          let at = 0;
          for (const [size, stopped, flush] of [...reads, [input.length, false, true] as const]) {
            state.stopped = stopped;
            const was = parts.length;
            parts.push(...groups.push(input.subarray(at, at + size)));
            at = Math.min(input.length, at + size);
            // The only part that may be together is what was held before it.
            if (stopped) assert.ok(parts.slice(was + 1).every(({ apart: alone }) => alone));
            if (flush && at === input.length) parts.push(...flushed(groups));
          }
          assert.deepEqual(Buffer.concat(parts.map(({ bytes }) => bytes)), input);
          let end = 0;
          for (const { start, bytes, groups: count } of parts) {
            assert.equal(start, end);
            end = start + bytes.length;
            if (count === undefined) continue;
            const records = parseGroups(bytes, start, verbatim, { ...how, whole: false }, origin, 0, "utf-8");
            assert.equal(records.length, count);
          }
        },
      ),
    );
  });

  it("hands a group out at once that can't go on", () => {
    const groups = cutter(json);
    assert.deepEqual(shown(groups.push(Buffer.from('{"a":1}\n{\n'))), [[0, '{"a":1}\n', 1]]);
    assert.deepEqual(shown(groups.push(Buffer.from("}\n"))), [[8, "{\n}\n", 1]]);
    assert.equal(groups.flushable, false);
  });

  it("flushes what is held with the line that has no end, and begins anew", () => {
    const groups = cutter();
    groups.push(Buffer.from("a\n 1\n 2"));
    assert.deepEqual(shown([groups.flush() as Lines]), [[0, "a\n 1\n 2", 1]]);
    assert.equal(groups.flush(), undefined);
    assert.deepEqual(groups.push(Buffer.from("\n 3\n")), []);
    assert.deepEqual(shown([groups.flush() as Lines]), [[8, " 3\n", 1]]);
    groups.push(Buffer.from("b\n"));
    assert.deepEqual(shown([groups.flush() as Lines]), [[11, "b\n", 1]]);
    groups.push(Buffer.from("c\n 1\nd"));
    assert.deepEqual(shown([groups.flush() as Lines]), [[13, "c\n 1\nd", 2]]);
  });

  it("ends a group with a line that is cut", () => {
    const groups = cutter(indent, 8);
    assert.deepEqual(groups.push(Buffer.from("a\n 1\n")), []);
    const [part] = groups.push(Buffer.from(" 3456789abc\n 2\nb\n"));
    assert.deepEqual(shown([part as Lines]), [[0, "a\n 1\n 3456789", 1]]);
    assert.equal(part?.cut, true);
    assert.deepEqual(shown([groups.flush() as Lines]), [[20, "b\n", 1]]);
  });

  it("counts the groups that reach a limit, and their records say so", () => {
    const limited = { ...indent, maxLines: 2 };
    const groups = cutter(limited);
    const [part] = groups.push(Buffer.from("a\n 1\n 2\n 3\n 4\nb\nc\n"));
    assert.deepEqual([part?.groups, part?.cutGroups], [4, 2]);
    const records = parseGroups(
      part?.bytes as Buffer,
      0,
      verbatim,
      { ...limited, whole: false },
      origin,
      0,
      "utf-8",
    );
    assert.deepEqual(
      records.map(({ raw, fields }) => [raw, fields.truncated]),
      [
        ["a\n 1", true],
        [" 2\n 3", true],
        [" 4", undefined],
        ["b", undefined],
      ],
    );
  });

  it("takes as long for a group in many small reads as for one in few (10 MB in 100,000 lines)", () => {
    const big = { ...indent, maxLines: 1_000_000, maxBytes: 1 << 30 };
    const line = Buffer.from(` ${"x".repeat(98)}\n`);
    const groups = cutter(big);
    const began = cpuTime();
    for (let lines = 0; lines < 100_000; lines++) assert.deepEqual(groups.push(line), []);
    assert.equal(groups.flush()?.bytes.length, 100_000 * line.length);
    assert.ok(cpuTime() - began < 3_000);
  });

  const samples = presets.flatMap((preset) => preset.samples.flat().flatMap((group) => group.split("\n")));
  const line = fc.oneof(
    fc.constantFrom(...samples),
    fc.constantFrom("{", "}", '"a": [', " päivä", "", "a\r"),
  );
  const by = fc.oneof(
    fc.constantFrom(...judges.keys()).map((preset): Grouping["by"] => ({ preset })),
    fc.record({
      pattern: fc.constantFrom("^\\S", "^\\s", "\\\\$", "ä"),
      negate: fc.boolean(),
      match: fc.constantFrom("after" as const, "before" as const),
    }),
  );
  const grouping: fc.Arbitrary<Grouping> = fc.record({
    by,
    maxLines: fc.integer({ min: 1, max: 9 }),
    maxBytes: fc.integer({ min: 1, max: 400 }),
  });

  it("gives the same groups however the bytes are cut into reads, each byte once, in order (property)", () => {
    fc.assert(
      fc.property(
        grouping,
        fc.array(line, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 90 })),
        fc.constantFrom("utf-8", "utf-16le"),
        fc.boolean(),
        (how, lines, reads, encoding, whole) => {
          const text = lines.join("\n") + (whole ? "\n" : "");
          const input = Buffer.from(text, encoding === "utf-8" ? "utf8" : "utf16le");
          const groups = createGroupCutter(createCutter(0, "line", { encoding, limit: 80 }), how);
          const parts: Lines[] = [];
          let at = 0;
          for (const size of [...reads, input.length]) {
            parts.push(...groups.push(input.subarray(at, at + size)));
            at = Math.min(input.length, at + size);
            assert.equal(groups.position, at);
          }
          parts.push(...[groups.flush(true) ?? []].flat());
          assert.equal(groups.held, 0);

          const once = createGroupCutter(createCutter(0, "line", { encoding, limit: 80 }), how);
          const other = [...once.push(input), ...[once.flush(true) ?? []].flat()];
          const recordsOf = ({ bytes, start, groups: count }: Lines) => {
            const records = parseGroups(
              bytes,
              start,
              verbatim,
              { ...how, whole: false },
              origin,
              0,
              encoding,
            );
            assert.equal(records.length, count);
            return records.map(({ raw, offset, fields }) => [offset, raw, fields.truncated]);
          };
          assert.deepEqual(parts.flatMap(recordsOf), other.flatMap(recordsOf));
          let end = 0;
          for (const { start, bytes } of parts) {
            assert.ok(start >= end);
            assert.deepEqual(bytes, input.subarray(start, start + bytes.length));
            end = start + bytes.length;
          }
          if (lines.every((one) => one.length < 40)) assert.equal(end, input.length);
          for (const all of [parts, other]) {
            const counted = all.reduce((sum, { cutGroups = 0 }) => sum + cutGroups, 0);
            const first = parts.reduce((sum, { cutGroups = 0 }) => sum + cutGroups, 0);
            assert.equal(counted, first);
          }
        },
      ),
    );
  });
});
