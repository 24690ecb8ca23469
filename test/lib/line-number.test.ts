import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { lineNumber } from "../../src/lib/line-number.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("the number of a line", () => {
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
