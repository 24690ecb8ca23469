import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { markdownTable, plain } from "../../src/vscode/markdown.ts";

describe("text in Markdown", () => {
  it("keeps a path or message from becoming a link, a list or a command", () => {
    assert.equal(plain("[x](command:y)"), "\\[x\\]\\(command\\:y\\)");
    assert.equal(plain("- a\n# b"), "\\- a \\# b");
    assert.equal(plain("größer 12"), "größer 12");
  });

  it("draws a table, and nothing without rows", () => {
    assert.equal(
      markdownTable([
        ["Sink", "Dead"],
        ["a|b", "1"],
      ]),
      "\n| Sink | Dead |\n| --- | ---: |\n| a\\|b | 1 |\n",
    );
    assert.equal(markdownTable([["Sink"]]), "");
    assert.equal(markdownTable([]), "");
  });
});
