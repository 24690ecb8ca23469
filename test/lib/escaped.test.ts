import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { escapeMessage, needsEscape, unescapeMessage } from "../../src/lib/escaped.ts";

describe("messages as lines", () => {
  it("come back as they were, whatever they hold", () => {
    const text = fc.array(fc.constantFrom("\n", "\r", "\\", "n", "r", "a", "é", "\0"), { maxLength: 20 });
    fc.assert(
      fc.property(text, (letters) => {
        const message = letters.join("");
        const line = escapeMessage(Buffer.from(message));
        assert.equal(needsEscape(line), false);
        assert.equal(unescapeMessage(line.toString()), message);
      }),
      { numRuns: 100 },
    );
  });

  it("need it only where a line could not hold them", () => {
    assert.equal(needsEscape(Buffer.from("C:\\new")), false);
    assert.equal(needsEscape(Buffer.from("a\rb")), false);
    assert.equal(needsEscape(Buffer.from("a\nb")), true);
    assert.equal(needsEscape(Buffer.from("a\r")), true);
  });
});
