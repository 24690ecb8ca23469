import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { detectParser } from "../../src/engine/detect.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("what a file is taken for", () => {
  for (const [name, line] of [
    ["json", '{"level":"info","msg":"hello"}'],
    ["logfmt", 'level=info msg="hello" time=2026-01-01T00:00:00Z'],
    ["combined", '1.2.3.4 - - [04/Mar/2018:13:49:52 +0000] "GET / HTTP/1.1" 200 5 "-" "curl"'],
  ] as const) {
    it(`is ${name} by its first lines, also where the last is still being written`, async (t) => {
      const path = join(tempFolder(t), "a.log");
      writeFileSync(path, `${line}\r\n`.repeat(9) + line.slice(0, 5));
      assert.deepEqual(await detectParser({ path }), { parser: `auto (${name})`, lines: 9 });
    });
  }

  it("is known of UTF-16 by its byte order mark", async (t) => {
    const path = join(tempFolder(t), "a.log");
    writeFileSync(
      path,
      `\uFEFF{"level":"info","msg":"hello"}\r\n`.repeat(9).replaceAll("\n\uFEFF", "\n"),
      "utf16le",
    );
    assert.deepEqual(await detectParser({ path }), { parser: "auto (json)", lines: 9 });
  });

  it("is open where it holds no whole line yet", async (t) => {
    const path = join(tempFolder(t), "a.log");
    writeFileSync(path, "begun");
    assert.deepEqual(await detectParser({ path }), { parser: "auto", lines: 0 });
  });

  it("is not known of a file that is not there", async (t) => {
    await assert.rejects(detectParser({ path: join(tempFolder(t), "none") }), { code: "ENOENT" });
  });
});
