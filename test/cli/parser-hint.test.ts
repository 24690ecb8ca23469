import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parserHint } from "../../src/cli/parser-hint.ts";
import type { FileFigures } from "../../src/model.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("the hint at another parser", () => {
  it("names the one that takes lines which all were unparsed", async (t) => {
    const path = join(tempFolder(t), "j.log");
    writeFileSync(path, '{"level":"info","message":"a"}\n'.repeat(2));
    const file = { path, lines: 2 } as FileFigures;
    const read = { id: "j", parser: "nginx", lines: 2, unparsed: 2, files: [file] };
    assert.equal(
      await parserHint(read),
      "source j: all 2 lines are unparsed by nginx; they look like json: use the parser json, or auto",
    );
    assert.match(
      (await parserHint({ ...read, lines: 1, unparsed: 1 })) ?? "",
      /^source j: the one line is unparsed/,
    );
    assert.equal(await parserHint({ ...read, unparsed: 1 }), undefined);
    assert.equal(await parserHint({ ...read, lines: 0, unparsed: 0 }), undefined);
  });
});
