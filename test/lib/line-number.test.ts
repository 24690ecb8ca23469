import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { filePlace } from "../../src/lib/line-number.ts";
import { tempFolder } from "../helpers/temp.ts";

const lineNumber = async (file: string, offset: number, raw: string) => {
  const { file: found, line } = await filePlace(file, offset, raw, Number.POSITIVE_INFINITY);
  return { file: found, line };
};

describe("the number of a line", () => {
  it("is the editor's, to which a CR alone ends a line, too", async (t) => {
    const file = join(tempFolder(t), "app.log");
    const end = fc.constantFrom("\n", "\r\n", "\r", "\r\r\n", "\n\r");
    const part = fc
      .tuple(fc.constantFrom("one", "\u0d0d", "\u0a0a two", ""), end)
      .map((both) => both.join(""));
    const encoding = fc.constantFrom<"utf8" | "utf16le">("utf8", "utf16le");
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 40 }), encoding, async (parts, encoding) => {
        const before = `\ufeff${parts.join("")}\n`;
        writeFileSync(file, Buffer.from(`${before}the line that is looked for\n`, encoding));
        const offset = Buffer.byteLength(before, encoding);
        const line = before.split(/\r\n|\r|\n/).length;
        assert.deepEqual(await lineNumber(file, offset, "the line that is looked for"), { file, line });
      }),
      { numRuns: 200 },
    );
  });

  it("does not depend on where the file is cut for being read", async (t) => {
    const file = join(tempFolder(t), "app.log");
    for (const shift of [-2, -1, 0, 1]) {
      const before = `${"x".repeat(2 ** 20 + shift)}\r\n\ra\rb\n`;
      writeFileSync(file, `${before}the line that is looked for\n`);
      assert.equal((await lineNumber(file, before.length, "the line that is looked for")).line, 5);
    }
  });

  it("is not there for what came from no file", async () => {
    for (const name of ["udp 10.0.0.7", "orders[3]", "docker logs web"])
      await assert.rejects(lineNumber(name, 4711, "x"), { name: "UserError", message: /is no file/ });
  });

  it("is that of the line that begins at the byte, whatever the lines are", async (t) => {
    const file = join(tempFolder(t), "app.log");
    const line = fc.string({ unit: "grapheme", maxLength: 30 }).filter((text) => !/[\n\r\ufeff]/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 40 }), fc.nat(), async (lines, any) => {
        writeFileSync(file, `${lines.join("\n")}\n`);
        const at = any % lines.length;
        const offset = Buffer.byteLength(
          lines
            .slice(0, at)
            .map((one) => `${one}\n`)
            .join(""),
        );
        assert.deepEqual(await lineNumber(file, offset, lines[at] ?? ""), { file, line: at + 1 });
      }),
      { numRuns: 60 },
    );
  });

  it("counts the line ends of UTF-16", async (t) => {
    const file = join(tempFolder(t), "app.log");
    const bytes = Buffer.from("\ufeffone\ntwo\nthree\n", "utf16le");
    writeFileSync(file, bytes);
    const offset = Buffer.from("\ufeffone\ntwo\n", "utf16le").length;
    assert.deepEqual(await lineNumber(file, offset, "three"), { file, line: 3 });
  });

  it("is found in the file that the log was renamed to", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "app.log");
    writeFileSync(file, "one\ntwo\n");
    renameSync(file, `${file}.1`);
    writeFileSync(file, "six\nsev\n");
    assert.deepEqual(await lineNumber(file, 4, "two"), { file: `${file}.1`, line: 2 });
    await assert.rejects(lineNumber(file, 4, "gone"), UserError);
    await assert.rejects(lineNumber(join(folder, "none.log"), 0, "x"), UserError);
  });

  it("is of no other line at the same byte of a rotated log, however little of it is ASCII", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "app.log");
    const lines = ["Ärger", "}", "\u001b[31mred\u001b[0m", "\u5beb\u5165\u5931\u6557".repeat(9), ""];
    const others = ["Öl da", "},", "\u001b[32mgreen\u001b[0m", "\u5beb\u5165\u6210\u529f".repeat(9), "x"];
    for (const [i, line] of lines.entries()) {
      writeFileSync(file, `first\n${others[i]}\n`);
      await assert.rejects(lineNumber(file, 6, line), UserError, JSON.stringify(line));
      writeFileSync(`${file}.1`, `prior\n${line}\r\n`);
      assert.deepEqual(await lineNumber(file, 6, line), { file: `${file}.1`, line: 2 });
      writeFileSync(file, `first line\n${line}\n`);
      await assert.rejects(lineNumber(`${file}`, 5, line), UserError);
      writeFileSync(`${file}.1`, "");
    }
    // What stands there ends another line.
    writeFileSync(file, "there it is }\n");
    await assert.rejects(lineNumber(file, 12, "}"), UserError);
  });

  it("is that of a line in an encoding that only the configuration tells", async (t) => {
    const file = join(tempFolder(t), "app.log");
    const [line, gbk] = ["\u4e2d\u6587 abc", Buffer.from("d6d0cec420616263", "hex")];
    writeFileSync(file, Buffer.concat([Buffer.from("one\n"), gbk, Buffer.from("\n")]));
    assert.deepEqual(await lineNumber(file, 4, line), { file, line: 2 });
    await assert.rejects(lineNumber(file, 4, "\u4e2d\u56fd abc"), UserError);
    writeFileSync(file, Buffer.from("one\nna\u00efve\n", "latin1"));
    assert.deepEqual(await lineNumber(file, 4, "na\u00efve"), { file, line: 2 });
  });

  it("is that of a long line whose beginning was read before its end came", async (t) => {
    const file = join(tempFolder(t), "app.log");
    writeFileSync(file, "one\nread before: \u00e4 this was written later\n");
    assert.deepEqual(await lineNumber(file, 17, "\u00e4 this was written later"), { file, line: 2 });
  });
});
