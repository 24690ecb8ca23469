import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { linesOf } from "../../src/store/lines.ts";

const endsOf = (lines: readonly string[]): Uint32Array => {
  let end = 0;
  return Uint32Array.from(lines, (line) => {
    end += Buffer.byteLength(line);
    return end;
  });
};

/** The bytes of all lines, cut after each of some lengths, in turns. */
function cut(lines: readonly string[], lengths: readonly number[]): Buffer[] {
  const bytes = Buffer.from(lines.join(""));
  const buffers: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const until = from + (lengths[buffers.length % lengths.length] ?? bytes.length);
    buffers.push(bytes.subarray(from, until));
    from = until;
  }
  return buffers;
}

const unit = fc.constantFrom("a", "b", "é", "日", "🙂", "\n", "\0");
const text = fc.array(fc.string({ unit, maxLength: 9 }), { maxLength: 40 });

describe("lines of a block", () => {
  it("are what was written, wherever their bytes are cut, and also when their texts stay", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(text, lengths, fc.boolean(), (lines, sizes, stays) => {
        const ends = endsOf(lines);
        const found = linesOf(cut(lines, sizes), ends);
        if (stays) found.stay();

        assert.deepEqual(
          lines.map((_, at) => found.line(at)),
          lines,
        );
        let [next, from] = [0, 0];
        for (const piece of found.pieces) {
          assert.deepEqual([piece.first, piece.from], [next, from]);
          assert.equal(piece.text, Buffer.from(lines.slice(next, piece.end).join("")).toString("latin1"));
          [next, from] = [piece.end, from + piece.text.length];
        }
        assert.equal(next, lines.length);
      }),
    );
  });

  it("may be longer than a piece", () => {
    const lines = ["", "x".repeat(1 << 18), "y", "日".repeat(1 << 16), "", "z".repeat(1 << 16)];
    const found = linesOf(cut(lines, [96 << 10]), endsOf(lines));

    assert.deepEqual(
      lines.map((_, at) => found.line(at)),
      lines,
    );
  });

  it("are not made of bytes that are too few or too many", () => {
    const ends = endsOf(["one", "two"]);

    assert.throws(() => linesOf([Buffer.from("onetw")], ends), RangeError);
    assert.throws(() => linesOf([Buffer.from("one"), Buffer.from("two!")], ends), RangeError);
  });
});
