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
});
