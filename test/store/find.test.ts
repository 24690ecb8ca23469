import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { codeOf, target } from "../../.build/wasm.mjs";
import { findOf } from "../../src/store/find.ts";
import type { Value } from "../../src/store/lexer.ts";

const word = (text: string): Value => ({ parts: [text], wildcards: [], quoted: false });

const blockOf = (lines: readonly string[]) => {
  let end = 0;
  const ends = Uint32Array.from(lines, (line) => {
    end += Buffer.byteLength(line);
    return end;
  });
  return { bytes: Buffer.from(lines.join("")), ends };
};

const folded = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const lookedAt = (lines: readonly string[], text: string): number[] =>
  [...lines.keys()].filter((at) => folded(lines[at] ?? "").includes(folded(text)));

const found = (lines: readonly string[], text: string): number[] | undefined => {
  const { bytes, ends } = blockOf(lines);
  const places = findOf(word(text))?.(bytes, () => ends);
  return places && [...places];
};

describe("a word in lines", () => {
  it("is found in those that have it, in any case of A to Z, and in none that it only begins in", () => {
    // Few letters, so that words begin where another is, and over the end of a line.
    const unit = fc.constantFrom("a", "b", "B", "@", "`", "[", "é", "É", "日", "🙂", "\n", "\0");
    const line = fc.oneof(
      fc.string({ unit, maxLength: 9 }),
      fc.string({ unit, minLength: 14, maxLength: 40 }),
    );
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 60 }),
        fc.string({ unit, minLength: 1, maxLength: 20 }),
        (lines, text) => {
          assert.deepEqual(found(lines, text), lookedAt(lines, text));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("is found wherever it stands in a line and in the block", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "B", "é", "/", "5"), minLength: 1, maxLength: 40 });
    const place = fc.record({ before: fc.nat(40), after: fc.nat(40), text });
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 60 }), fc.nat(), (places, which) => {
        const lines = places.map(({ before, text, after }) => "x".repeat(before) + text + "-".repeat(after));
        const at = which % places.length;
        const sought = places[at]?.text ?? "";
        const hits = found(lines, sought);
        assert.ok(hits?.includes(at));
        assert.deepEqual(hits, lookedAt(lines, sought));
      }),
    );
  });

  it("is found in blocks and lines that are longer than what is looked at in one go", () => {
    const long = "y".repeat(300_000);
    const lines = [
      "",
      `${long}Needle`,
      "",
      "needl",
      "e",
      `needle${long}`,
      ...Array.from({ length: 60_000 }, (_, i) => `line ${i}`),
    ];
    lines.push("NEEDLE");
    assert.deepEqual(found(lines, "needle"), [1, 5, lines.length - 1]);
    assert.deepEqual(found(lines, "line 59999"), [lines.length - 2]);
    assert.equal(found(lines, "line")?.length, 60_000);
    assert.deepEqual(found(["a", "b"], "needle"), []);
    assert.deepEqual(found([], "needle"), []);
  });

  it("needs to know where lines end only where it stands", () => {
    const { bytes, ends } = blockOf(["needl", "e", "x".repeat(200_000), "Nee", "dle"]);
    const never = () => assert.fail("it was asked where lines end");
    assert.deepEqual(findOf(word("haystack"))?.(bytes, never), new Uint16Array());
    assert.deepEqual(
      findOf(word("needle"))?.(bytes, () => ends),
      new Uint16Array(),
    );
  });

  it("is looked for line by line where it has wildcards, no bytes, or too many", () => {
    assert.equal(findOf({ parts: ["a", "b"], wildcards: ["*"], quoted: false }), undefined);
    assert.equal(findOf(word("")), undefined);
    assert.equal(findOf(word("\ud83d")), undefined);
    assert.equal(findOf(word("x".repeat(1024))), undefined);
    assert.deepEqual(found(["x".repeat(2000)], "x".repeat(1023)), [0]);
  });
});

describe("the code that finds words", () => {
  it("is what its source says: `npm run wasm` makes it", async () => {
    assert.equal(readFileSync(target, "utf8"), await codeOf());
  });
});
