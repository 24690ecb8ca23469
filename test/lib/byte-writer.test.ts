import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ByteWriter, marksOf, pieceOf } from "../../src/lib/byte-writer.ts";

describe("ByteWriter", () => {
  const written = (write: (to: ByteWriter) => void): string => {
    const to = new ByteWriter();
    write(to);
    return to.bytes.toString("utf8", 0, to.at);
  };

  it("writes any text, by itself or as a piece, as UTF-8", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 40 })), (texts) => {
        const both = written((to) => {
          for (const text of texts) {
            to.text(text);
            to.piece(pieceOf(text));
          }
        });

        // The way through bytes makes the replacement character of half a surrogate pair.
        const expected = texts.map((text) => text.repeat(2));
        assert.equal(both, texts.map((text) => Buffer.from(text).toString().repeat(2)).join(""));
        assert.equal(Buffer.byteLength(both), Buffer.byteLength(expected.join("")));
      }),
    );
  });

  it("writes whole numbers as String does, with zeros before them up to the width", () => {
    const edges = [0, 9, 10, 99_999, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 21_474_836_479, 2 ** 53 - 1];
    fc.assert(
      fc.property(
        fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constantFrom(...edges)),
        fc.integer({ min: 1, max: 9 }),
        (value, width) => {
          assert.equal(
            written((to) => to.whole(value, width)),
            String(value).padStart(width, "0"),
          );
        },
      ),
    );
  });

  it("writes numbers as String does", () => {
    const thousandths = fc.integer({ min: -5000, max: 3_000_000_000 }).map((value) => value / 1000);
    const near = thousandths.map((value) => value + value * Number.EPSILON);
    const any = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.oneof(thousandths, near, any, fc.constantFrom(0, -0, 1e21, 5e-324)), (value) => {
        assert.equal(
          written((to) => to.number(value)),
          String(value),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("writes a text only if it is plain", () => {
    const marked = marksOf('"\\');
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "b", "¬", '"', "\\", "\ud800"), maxLength: 40 }),
        (text) => {
          let plain = false;
          const after = written((to) => {
            plain = to.plain(text, marked);
          });
          assert.equal(plain, /^[ab]*$/.test(text));
          assert.equal(after, plain ? text : "");
        },
      ),
    );
  });

  it("grows, and keeps what was written", () => {
    const line = "0123456789".repeat(1_000);

    const all = written((to) => {
      for (let i = 0; i < 100; i++) to.text(line);
    });

    assert.equal(all, line.repeat(100));
  });

  it("forgets what was written after a place it is set back to", () => {
    const left = written((to) => {
      to.text("kept");
      const { at } = to;
      to.text("forgotten");
      to.at = at;
      to.text("!");
    });

    assert.equal(left, "kept!");
  });

  it("tells whether one of some characters was written since a place", () => {
    const marks = marksOf(", =");
    const to = new ByteWriter();
    to.text("a b");
    const from = to.at;
    to.text("c¬d");

    assert.equal(to.holds(marks, 0), true);
    assert.equal(to.holds(marks, from), false);
  });
});
