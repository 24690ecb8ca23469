import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createCutter, type Lines } from "../../src/sources/file/lines.ts";
import { MAX_LINE_BYTES } from "../../src/sources/source.ts";

/** Offset and text of the one run of lines that there is, if any. */
const text = (parts: readonly Lines[] | Lines | undefined) => {
  const [part, ...more] = [parts ?? []].flat();
  assert.equal(more.length, 0);
  return part && [part.start, part.bytes.toString()];
};

describe("cutter", () => {
  it("hands out whole lines and holds the rest back", () => {
    const cutter = createCutter(100, "line");
    assert.deepEqual(text(cutter.push(Buffer.from("one\ntwo\nthr"))), [100, "one\ntwo\n"]);
    assert.equal(cutter.held, 3);
    assert.deepEqual(cutter.push(Buffer.from("e")), []);
    assert.deepEqual(text(cutter.push(Buffer.from("e\n"))), [108, "three\n"]);
    assert.equal(cutter.offset, 114);
  });

  it("flushes an unfinished line once and swallows its late line end", () => {
    const cutter = createCutter(0, "line");
    cutter.push(Buffer.from("half"));
    assert.deepEqual(text(cutter.flush()), [0, "half"]);
    assert.equal(cutter.flush(), undefined);
    assert.deepEqual(text(cutter.push(Buffer.from("\nnext\n"))), [5, "next\n"]);
  });

  it("swallows the line end of a line that was flushed before a restart", () => {
    assert.deepEqual(text(createCutter(4, "open").push(Buffer.from("\r\nnext\n"))), [6, "next\n"]);
    assert.deepEqual(text(createCutter(4, "open").push(Buffer.from(" more\n"))), [4, " more\n"]);
  });

  it("swallows a late line end that comes in two reads", () => {
    const cutter = createCutter(4, "open");
    assert.deepEqual(cutter.push(Buffer.from("\r")), []);
    assert.deepEqual(text(cutter.push(Buffer.from("\nnext\n"))), [6, "next\n"]);
    const other = createCutter(4, "open");
    other.push(Buffer.from("\r"));
    assert.deepEqual(text(other.push(Buffer.from("more\n"))), [4, "\rmore\n"]);
  });

  it("leaves out a hole of NUL at the head, however it is cut, and keeps what may be text (property)", () => {
    fc.assert(
      fc.property(fc.nat(12), fc.array(fc.integer({ min: 1, max: 5 })), (nuls, cuts) => {
        const input = Buffer.concat([Buffer.alloc(nuls), Buffer.from("a\0\0\0\0\0b\n\0\0\0\0\0c\n")]);
        const cutter = createCutter(0, "line");
        const out: Lines[] = [];
        let at = 0;
        for (const cut of [...cuts, input.length]) {
          out.push(...cutter.push(input.subarray(at, at + cut)));
          at = Math.min(input.length, at + cut);
        }
        const hole = nuls < 4 ? 0 : nuls;
        assert.equal(out[0]?.start, hole);
        assert.deepEqual(Buffer.concat(out.map(({ bytes }) => bytes)), input.subarray(hole));
      }),
    );
  });

  it("keeps empty lines", () => {
    assert.deepEqual(text(createCutter(0, "line").push(Buffer.from("\n\na\n"))), [0, "\n\na\n"]);
  });

  it("cuts a line beyond the limit of 1 MiB, skips its rest, and goes on with the next", () => {
    const cutter = createCutter(0, "line");
    assert.deepEqual(cutter.push(Buffer.alloc(MAX_LINE_BYTES, "x")), []);
    const [piece] = cutter.push(Buffer.from("y"));
    assert.deepEqual([piece?.start, piece?.bytes.length, piece?.cut], [0, MAX_LINE_BYTES, true]);
    assert.deepEqual(cutter.push(Buffer.alloc(MAX_LINE_BYTES, "z")), []);
    assert.equal(cutter.held, 0);
    assert.deepEqual(text(cutter.push(Buffer.from("z\nnext\n"))), [2 * MAX_LINE_BYTES + 3, "next\n"]);
  });

  it("skips the rest of a line that was cut before a restart", () => {
    const cutter = createCutter(4, "cut");
    assert.deepEqual(cutter.push(Buffer.from("more")), []);
    assert.deepEqual(text(cutter.push(Buffer.from("\n\nnext\n"))), [9, "\nnext\n"]);
  });

  it("cuts at the limit wherever the reads end and wherever it is stopped, and skips nothing else (property)", () => {
    const limit = 8;
    const line = fc.record({
      text: fc.stringMatching(/^[a-c]{0,20}$/),
      end: fc.constantFrom("\n", "\n", "\r\n"),
    });
    const cuts = fc.array(fc.record({ bytes: fc.nat(9), stop: fc.boolean() }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), cuts, (lines, reads) => {
        const input = Buffer.from(lines.map((one) => one.text + one.end).join(""));
        let cutter = createCutter(0, "line", { limit });
        const out: string[] = [];
        let durable = 0;
        let cutThere = false;
        const push = (bytes: Buffer): void => {
          for (const part of cutter.push(bytes)) {
            assert.deepEqual(part.bytes, input.subarray(part.start, part.start + part.bytes.length));
            const texts = part.bytes.toString().split("\n");
            const last = texts.pop() ?? "";
            assert.equal(last.length, part.cut ? limit : 0);
            out.push(...texts, ...(part.cut ? [last] : []));
            durable = part.start + part.bytes.length;
            cutThere = part.cut;
          }
        };
        for (const { bytes, stop } of [...reads, { bytes: input.length, stop: false }]) {
          push(input.subarray(cutter.position, cutter.position + bytes));
          assert.ok(cutter.held <= limit);
          if (stop) cutter = createCutter(durable, cutThere ? "cut" : "line", { limit });
        }
        const read = lines.map(({ text, end }) => `${text}${end.slice(0, -1)}`);
        assert.deepEqual(
          out,
          read.map((one) => one.slice(0, limit)),
        );
      }),
    );
  });

  it("gives the same bytes however the input is cut (property)", () => {
    const line = fc.stringMatching(/^[a-c\r]{0,6}$/);
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 20 }),
        fc.array(fc.nat(9), { maxLength: 40 }),
        (lines, cuts) => {
          const input = Buffer.from(lines.map((one) => `${one}\n`).join(""));
          const cutter = createCutter(0, "line");
          const out: Buffer[] = [];
          let at = 0;
          const push = (to: number) => {
            const [part] = cutter.push(input.subarray(at, to));
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
