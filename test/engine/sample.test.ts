import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { readSample } from "../../src/engine/sample.ts";
import { decoderOf } from "../../src/lib/encoding.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("the last lines of a file", () => {
  const folder = tempFolder({ after });
  const write = (name: string, bytes: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const numbered = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => `line ${from + at}\n`).join("");
  const textOf = async (path: string, count = 100, encoding?: string) => {
    const sample = await readSample(path, count, encoding);
    return decoderOf(sample.encoding)(sample.bytes);
  };

  it("are as many as were asked for, and not one that is still being written", async () => {
    const path = write("app.log", `${numbered(0, 300)}line 300 is un`);
    const sample = await readSample(path, 100);
    assert.equal(sample.bytes.toString(), numbered(200, 300));
    assert.equal(sample.starts.length, 100);
    assert.equal(sample.whole, false);
    assert.equal(await textOf(write("one.log", "no line end")), "no line end");
  });

  it("are found where they are long", async () => {
    const long = `${"x".repeat(50_000)}\n`;
    const path = write("long.log", long.repeat(40));
    const sample = await readSample(path, 30);
    assert.equal(sample.starts.length, 30);
    assert.equal(sample.bytes.length, 30 * long.length);
    await assert.rejects(readSample(write("endless.log", `${"x".repeat(5_000_000)}\n`), 10), /no line/);
  });

  it("are read in the encoding of the file, packed or not", async () => {
    const text = numbered(0, 20_000);
    const last = numbered(19_900, 20_000);
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
    assert.equal(await textOf(write("wide.log", wide)), last);
    assert.equal(await textOf(write("bare.log", wide.subarray(2)), 100, "utf-16le"), last);
    assert.equal(await textOf(write("app.log.gz", gzipSync(text))), last);
    assert.equal(await textOf(write("wide.log.gz", gzipSync(wide))), last);
    assert.equal(await textOf(write("app.log.zst", zstdCompressSync(text))), last);
    await assert.rejects(readSample(write("app.log.bz2", "BZh91AY"), 100), /is packed/);
    await assert.rejects(readSample(write("empty.log", ""), 100), /no line to look at yet/);
  });

  it("are whole, wherever they are cut", async () => {
    const line = fc.string({ unit: fc.constantFrom("a", "漢", "\ud83e\udd8a", " "), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 25 }),
        fc.constantFrom("utf8", "utf16le"),
        async (lines, count, encoding) => {
          const bytes = Buffer.from(lines.map((one) => `${one}\n`).join(""), encoding as BufferEncoding);
          const told = encoding === "utf8" ? "utf-8" : "utf-16le";
          const sample = await readSample(write("some.log", bytes), count, told);
          const shown = decoderOf(told)(sample.bytes).split("\n").slice(0, -1);
          assert.deepEqual(shown, lines.slice(-count));
          assert.equal(sample.starts.length, Math.min(count, lines.length));
          assert.equal(sample.whole, count >= lines.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
