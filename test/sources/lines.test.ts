import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createCutter, MAX_LINE_BYTES } from "../../src/sources/file/lines.ts";

const text = (part: { start: number; bytes: Buffer } | undefined) =>
  part && [part.start, part.bytes.toString()];

describe("cutter", () => {
  it("hands out whole lines and holds the rest back", () => {
    const cutter = createCutter(100, false);
    assert.deepEqual(text(cutter.push(Buffer.from("one\ntwo\nthr"))), [100, "one\ntwo\n"]);
    assert.equal(cutter.held, 3);
    assert.equal(cutter.push(Buffer.from("e")), undefined);
    assert.deepEqual(text(cutter.push(Buffer.from("e\n"))), [108, "three\n"]);
    assert.equal(cutter.offset, 114);
  });

  it("flushes an unfinished line once and swallows its late line end", () => {
    const cutter = createCutter(0, false);
    cutter.push(Buffer.from("half"));
    assert.deepEqual(text(cutter.flush()), [0, "half"]);
    assert.equal(cutter.flush(), undefined);
    assert.deepEqual(text(cutter.push(Buffer.from("\nnext\n"))), [5, "next\n"]);
  });

  it("swallows the line end of a line that was flushed before a restart", () => {
    assert.deepEqual(text(createCutter(4, true).push(Buffer.from("\r\nnext\n"))), [6, "next\n"]);
    assert.deepEqual(text(createCutter(4, true).push(Buffer.from(" more\n"))), [4, " more\n"]);
  });

  it("swallows a late line end that comes in two reads", () => {
    const cutter = createCutter(4, true);
    assert.equal(cutter.push(Buffer.from("\r")), undefined);
    assert.deepEqual(text(cutter.push(Buffer.from("\nnext\n"))), [6, "next\n"]);
    const other = createCutter(4, true);
    other.push(Buffer.from("\r"));
    assert.deepEqual(text(other.push(Buffer.from("more\n"))), [4, "\rmore\n"]);
  });

  it("leaves out a hole of NUL at the head, however it is cut, and keeps what may be text (property)", () => {
    fc.assert(
      fc.property(fc.nat(12), fc.array(fc.integer({ min: 1, max: 5 })), (nuls, cuts) => {
        const input = Buffer.concat([Buffer.alloc(nuls), Buffer.from("a\0\0\0\0\0b\n\0\0\0\0\0c\n")]);
        const cutter = createCutter(0, false);
        const out: { start: number; bytes: Buffer }[] = [];
        let at = 0;
        for (const cut of [...cuts, input.length]) {
          const part = cutter.push(input.subarray(at, at + cut));
          if (part) out.push(part);
          at = Math.min(input.length, at + cut);
        }
        const hole = nuls < 4 ? 0 : nuls;
        assert.equal(out[0]?.start, hole);
        assert.deepEqual(Buffer.concat(out.map(({ bytes }) => bytes)), input.subarray(hole));
      }),
    );
  });

  it("keeps empty lines", () => {
    assert.deepEqual(text(createCutter(0, false).push(Buffer.from("\n\na\n"))), [0, "\n\na\n"]);
  });

  it("hands a line beyond the limit on in pieces", () => {
    const cutter = createCutter(0, false);
    const piece = cutter.push(Buffer.alloc(MAX_LINE_BYTES, "x"));
    assert.equal(piece?.bytes.length, MAX_LINE_BYTES);
    assert.deepEqual(text(cutter.push(Buffer.from("\nnext\n"))), [MAX_LINE_BYTES + 1, "next\n"]);
  });

  it("gives the same bytes however the input is cut (property)", () => {
    const line = fc.stringMatching(/^[a-c\r]{0,6}$/);
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 20 }),
        fc.array(fc.nat(9), { maxLength: 40 }),
        (lines, cuts) => {
          const input = Buffer.from(lines.map((one) => `${one}\n`).join(""));
          const cutter = createCutter(0, false);
          const out: Buffer[] = [];
          let at = 0;
          const push = (to: number) => {
            const part = cutter.push(input.subarray(at, to));
            at = to;
            if (!part) return;
            assert.equal(part.start, Buffer.concat(out).length);
            assert.equal(part.bytes.at(-1), 10);
            out.push(part.bytes);
          };
          for (const cut of cuts) push(Math.min(input.length, at + cut));
          push(input.length);
          assert.deepEqual(Buffer.concat(out), input);
          assert.equal(cutter.held, 0);
        },
      ),
    );
  });
});
