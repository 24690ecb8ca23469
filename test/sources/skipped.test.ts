import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { MARK_BYTES, sniff } from "../../src/lib/encoding.ts";
import type { Grouping } from "../../src/multiline/grouper.ts";
import { createGroupCutter } from "../../src/sources/file/groups.ts";
import { beforeOf, type Cutter, createCutter, type Lines } from "../../src/sources/file/lines.ts";
import { encode, marks } from "../helpers/encodings.ts";

const grouping: Grouping = { by: { preset: "indent" }, maxLines: 3, maxBytes: 60 };

/** What comes after a read; the reader starts anew where it was durable. */
const after = fc.constantFrom("go on", "go on", "flush", "restart", "flush and restart");
const reads = fc.array(fc.record({ bytes: fc.nat(24), after }), { maxLength: 40 });

/** Any bytes, and those that are skipped more often than chance would have it. */
const inputIn = (encoding: string): fc.Arbitrary<Buffer> => {
  const texts = fc.constantFrom("\n", "\r\n", "\r", "ä", "😀", " ", "a", "long enough to be cut");
  const piece = fc.oneof(
    { weight: 5, arbitrary: texts.map((text) => encode(text, encoding)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)) },
  );
  const head = fc.constantFrom(Buffer.alloc(0), ...Object.values(marks));
  return fc
    .tuple(head, fc.nat(12), fc.array(piece, { maxLength: 40 }))
    .map(([mark, nuls, pieces]) => Buffer.concat([mark, Buffer.alloc(nuls), ...pieces]));
};

describe("what a cutter skips", () => {
  for (const name of ["utf-8", "utf-16le", "utf-16be", "gb18030"]) {
    it(`is told with the lines behind it: with them it makes up all ${name} that was read (property)`, () => {
      const options = fc.record({ limit: fc.integer({ min: 8, max: 40 }), grouped: fc.boolean() });
      fc.assert(
        fc.property(inputIn(name), reads, options, (given, steps, { limit, grouped }) => {
          // A last line with its end, so that nothing is still to be told when it was read.
          const whole = given.subarray(0, given.length - (given.length % 2));
          const { encoding } = sniff(whole, name);
          const file = Buffer.concat([whole, encode("\nend\n", encoding)]);
          const cutterAt = (offset: number, cut: boolean): Cutter => {
            const head = file.subarray(0, Math.min(MARK_BYTES, offset));
            const before = beforeOf(file.subarray(0, offset), cut, sniff(head, name).encoding);
            const lines = createCutter(offset, before, { encoding: name, limit, head });
            return grouped ? createGroupCutter(lines, grouping) : lines;
          };
          let cutter = cutterAt(0, false);
          let told = 0;
          let cutThere = false;
          const take = (lines: Lines | undefined): void => {
            if (!lines) return;
            assert.equal(lines.start, told + lines.skipped);
            told = lines.start + lines.bytes.length;
            cutThere = lines.cut;
            assert.deepEqual(lines.bytes, file.subarray(lines.start, told));
          };
          const push = (to: number): void => {
            for (const lines of cutter.push(file.subarray(cutter.position, to))) take(lines);
          };
          for (const { bytes, after } of steps) {
            push(Math.min(whole.length, cutter.position + bytes));
            if (after.startsWith("flush")) take(cutter.flush());
            if (after.endsWith("restart")) cutter = cutterAt(told, cutThere);
          }
          push(file.length);
          take(cutter.flush(true));
          assert.equal(cutter.held, 0);
          assert.equal(told, file.length);
        }),
        { numRuns: 300 },
      );
    });
  }
});
