import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createWaitingTexts } from "../../src/protocol/waiting-texts.ts";

const inWords = createWaitingTexts({ t: (message) => `⟦${message}⟧` });
const source = readFileSync(join(import.meta.dirname, "../../src/sources/file/figures.ts"), "utf8");

describe("what a source waits for", () => {
  it("is said in the editor's language, with what it names", () => {
    assert.equal(inWords("no file matches a*.log, b.log yet"), "⟦no file matches a*.log, b.log yet⟧");
    assert.equal(
      inWords("12 files have not changed for 3600 s (ignoreOlder): they are read on when that happens"),
      "⟦12 files have not changed for 3600 s (ignoreOlder): they are read on when that happens⟧",
    );
  });

  it("has each text that the source of files says", () => {
    for (const text of [
      'no file matches ${patterns.join(", ")} yet',
      "the file does not exist yet",
      '? ["1 file has", "it is"] : [`${dormant.size} files have`, "they are"]',
      "${files} not changed for ${Math.round(ignoreOlder / 1000)} s (ignoreOlder): ${they} read on when that happens",
      "renamed or removed: kept open until it has been quiet for ten seconds; ${what}",
      '? `${rest} bytes of it are not read yet` : "all of it is read"',
    ])
      assert.ok(source.includes(text), text);
  });

  it("leaves what failed in the words of who said so", () => {
    assert.equal(
      inWords("EACCES: permission denied, open '/a.log'"),
      "EACCES: permission denied, open '/a.log'",
    );
  });
});
