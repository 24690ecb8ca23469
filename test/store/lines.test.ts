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

const bytesOf = (lines: readonly string[]): Buffer => Buffer.from(lines.join(""));

const unit = fc.constantFrom("a", "b", "é", "日", "🙂", "\n", "\0");
const text = fc.array(fc.string({ unit, maxLength: 9 }), { maxLength: 40 });

describe("lines of a block", () => {
  it("are what was written, also in runs of any length, unless these hold more than ASCII", () => {
    const size = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(text, size, (lines, piece) => {
        const ends = endsOf(lines);
        const found = linesOf(bytesOf(lines), () => ends, piece);

        assert.deepEqual(
          lines.map((_, at) => found.line(at)),
          lines,
        );
        let next = 0;
        for (const run of found.texts()) {
          const from = next;
          let length = 0;
          do length += Buffer.byteLength(lines[next++] ?? "");
          while (next < lines.length && length + Buffer.byteLength(lines[next] ?? "") <= piece);
          const whole = lines.slice(from, next).join("");
          assert.equal(run, Buffer.byteLength(whole) === whole.length ? whole : undefined);
        }
        assert.equal(next, lines.length);
      }),
    );
  });

  it("may be longer than a run", () => {
    const lines = ["", "x".repeat(1 << 18), "y", "日".repeat(1 << 16), "", "z".repeat(1 << 16)];
    const found = linesOf(bytesOf(lines), () => endsOf(lines));

    assert.deepEqual(
      lines.map((_, at) => found.line(at)),
      lines,
    );
  });

  it("are not made of bytes that are too few or too many", () => {
    const ends = endsOf(["one", "two"]);

    for (const bytes of ["onetw", "onetwo!"]) {
      const lines = linesOf(Buffer.from(bytes), () => ends);
      assert.throws(() => lines.line(0), RangeError);
      assert.throws(() => [...lines.texts()], RangeError);
      assert.throws(() => lines.ends, RangeError);
    }
  });
});
