import assert from "node:assert/strict";
import { appendFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { filePlace } from "../../src/lib/line-number.ts";
import { createLineWindows } from "../../src/lib/line-window.ts";
import { tempFolder } from "../helpers/temp.ts";

const HOLE = 2 ** 30;

describe("some lines of a file", () => {
  it("are those around the offset, under their numbers, also packed and in UTF-16", async (t) => {
    const folder = tempFolder(t);
    const line = fc
      .string({ unit: "grapheme", maxLength: 20 })
      .filter((text) => !/[\n\r\ufeff\ud800-\udfff]/.test(text));
    const encodings = fc.constantFrom<"utf8" | "utf16le">("utf8", "utf16le");
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.nat(30),
        fc.integer({ min: 1, max: 30 }),
        encodings,
        fc.boolean(),
        async (lines, any, before, count, encoding, packed) => {
          const mark = encoding === "utf8" ? "" : "\ufeff";
          const bytes = Buffer.from(`${mark}${lines.join("\n")}\n`, encoding);
          const file = join(folder, `${run++}.log${packed ? ".gz" : ""}`);
          writeFileSync(file, packed ? gzipSync(bytes) : bytes);
          const at = any % lines.length;
          const offset = Buffer.byteLength(
            at === 0 ? "" : `${mark}${lines.slice(0, at).join("\n")}\n`,
            encoding,
          );
          const windows = createLineWindows();
          for (const known of [{}, { line: at + 1 }]) {
            const found = await windows.read({ file, offset, before, count, ...known });
            const first = Math.max(0, at - before);
            const wanted = lines.slice(first, first + count);
            assert.equal(found.text, wanted.map((one) => `${one}\n`).join(""));
            assert.deepEqual([found.line, found.first, found.count], [at + 1, first + 1, wanted.length]);
            assert.equal(found.next, first + 1 + wanted.length);
            assert.deepEqual(
              [found.atStart, found.atEnd],
              [first === 0, first + wanted.length === lines.length],
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("follow one another without a gap in a file of a gigabyte, with right numbers", async (t) => {
    const file = join(tempFolder(t), "huge.log");
    writeFileSync(file, "one\ntwo\n");
    truncateSync(file, HOLE);
    appendFileSync(file, "\n");
    const lines = Array.from({ length: 9000 }, (_, i) => `line ${i} of the end\n`);
    appendFileSync(file, lines.join(""));
    const offset = HOLE + 1 + lines.slice(0, 5000).join("").length;
    const windows = createLineWindows();
    const around = await windows.read({ file, offset, before: 2000, count: 4000 });
    // One, two, and the hole come before.
    assert.deepEqual([around.line, around.first, around.count], [5004, 3004, 4000]);
    assert.equal(around.text, lines.slice(3000, 7000).join(""));
    const later = await windows.read({ file, offset: around.end, line: around.next, before: 0, count: 4000 });
    assert.equal(later.text, lines.slice(7000).join(""));
    assert.deepEqual([later.first, later.atEnd], [7004, true]);
    const earlier = await windows.read({
      file,
      offset: around.start,
      line: around.first,
      before: 4000,
      count: 4000,
    });
    assert.equal(earlier.text, lines.slice(0, 4000).join("").slice(0, earlier.text.length));
    assert.equal(earlier.first, 4);
    const hole = await windows.read({
      file,
      offset: earlier.start,
      line: earlier.first,
      before: 10,
      count: 1,
    });
    assert.deepEqual([hole.first, hole.count, hole.end], [3, 1, earlier.start]);
    assert.ok(hole.text.length <= 1 << 20);
    // Further back in the same line.
    const before = await windows.read({ file, offset: hole.start, line: hole.first, before: 10, count: 1 });
    assert.deepEqual([before.first, before.next, before.end], [3, 4, earlier.start]);
    // The numbers that were counted are remembered: it takes no reading of all that again.
    const again = await windows.read({ file, offset: earlier.start, before: 0, count: 1 });
    assert.equal(again.line, 4);
    const place = await filePlace(file, offset, "line 5000 of the end", 50 << 20);
    assert.deepEqual(place, { file, offset });
  });

  it("have right numbers also when the file was written anew with the same beginning", async (t) => {
    const file = join(tempFolder(t), "app.log");
    const head = `#Fields: ${"x".repeat(90)}\n`;
    const windows = createLineWindows();
    // So many that the number of one at a distance is remembered.
    for (const line of ["short\n", "longer than that\n", "short\n"]) {
      const lines = Math.ceil(2 ** 25 / line.length);
      writeFileSync(file, head + line.repeat(lines));
      for (const before of [lines - 1, 8]) {
        const offset = head.length + before * line.length;
        assert.equal((await windows.read({ file, offset, before: 0, count: 1 })).line, before + 2);
      }
    }
  });

  it("are not those of another log that has come in the file's place", async (t) => {
    const file = join(tempFolder(t), "app.log");
    writeFileSync(file, "one\n".repeat(5_000));
    const windows = createLineWindows();
    const { stood, stoodAtEnd, start, end, first, next } = await windows.read({
      file,
      offset: 4_000,
      before: 5,
      count: 10,
    });
    for (const known of [
      { offset: start, line: first, stood },
      { offset: end, line: next, stood: stoodAtEnd },
    ])
      assert.equal((await windows.read({ file, ...known, before: 0, count: 1 })).text, "one\n");

    for (const other of ["other\n".repeat(5_000), "one\n"]) {
      writeFileSync(file, other);
      for (const known of [
        { offset: start, line: first, stood },
        { offset: end, line: next, stood: stoodAtEnd },
      ])
        await assert.rejects(windows.read({ file, ...known, before: 0, count: 1 }), {
          name: "UserError",
          message: /rotated or begun over/,
        });
    }
  });

  it("show a CR that ends no line by its sign, so that an editor has as many lines", async (t) => {
    const file = join(tempFolder(t), "app.log");
    writeFileSync(file, "10%\r20%\r\nnext\r\r\n");
    const { text, count } = await createLineWindows().read({ file, offset: 0, before: 0, count: 9 });
    assert.equal(text, "10%\u240d20%\r\nnext\u240d\r\n");
    assert.equal(count, 2);
  });
});
