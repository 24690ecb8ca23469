import assert from "node:assert/strict";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { hexLines } from "../../src/lib/hex-dump.ts";
import { filePlace } from "../../src/lib/line-number.ts";
import { createLineWindows } from "../../src/lib/line-window.ts";
import { recordBytes } from "../../src/lib/record-bytes.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("the bytes of a record", () => {
  it("are those of its lines as they stand in the file, line ends with them", async (t) => {
    const file = join(tempFolder(t), "app.log");
    writeFileSync(file, "one\r\ntw\u00f6\r\n  more\r\nthree\r\n");
    const found = await recordBytes(file, 5, "tw\u00f6\n  more", 4096);
    assert.deepEqual([found.bytes.toString(), found.total, found.file], ["tw\u00f6\r\n  more\r\n", 14, file]);
    const few = await recordBytes(file, 5, "tw\u00f6\n  more", 3);
    assert.deepEqual([few.bytes.toString("latin1"), few.total], ["tw\u00c3", 14]);
  });

  it("are found where they were packed, and the line's number with them", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "app.log");
    const old = "one\ntwo\nthree\n";
    writeFileSync(`${file}.1.gz`, gzipSync("other\n"));
    writeFileSync(`${file}.2.gz`, gzipSync(old));
    writeFileSync(file, "new\n");
    const numberOf = async (offset: number, raw: string) => {
      const { file: found } = await filePlace(file, offset, raw, 0);
      const { line } = await createLineWindows().read({ file: found, offset, before: 0, count: 1 });
      return { file: found, line };
    };
    assert.deepEqual(await numberOf(8, "three"), { file: `${file}.2.gz`, line: 3 });
    assert.equal((await recordBytes(file, 8, "three", 99)).bytes.toString(), "three\n");
    rmSync(`${file}.2.gz`);
    writeFileSync(`${file}.2.zst`, zstdCompressSync(old));
    assert.deepEqual(await numberOf(4, "two"), { file: `${file}.2.zst`, line: 2 });
    writeFileSync(`${file}.3.gz`, "no gzip at all");
    renameSync(`${file}.2.zst`, join(folder, "gone"));
    const text = await recordBytes(file, 4, "tw\u00f6", 99);
    assert.deepEqual([text.bytes.toString(), text.file], ["tw\u00f6", undefined]);
  });

  it("are told in hex, sixteen a line, and as text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(), (bytes, offset) => {
        const lines = hexLines(Buffer.from(bytes).toString("hex"), offset);
        const read = lines.map(({ hex }) => hex.replaceAll(" ", "")).join("");
        assert.equal(read, Buffer.from(bytes).toString("hex"));
        assert.equal(lines.map(({ text }) => text).join("").length, bytes.length);
        lines.forEach(({ offset: at }, i) => {
          assert.equal(Number.parseInt(at, 16), offset + 16 * i);
        });
      }),
    );
    assert.deepEqual(hexLines("410a7f20", 0), [
      { offset: "00000000", hex: "41 0a 7f 20".padEnd(48), text: "A.. " },
    ]);
  });
});
