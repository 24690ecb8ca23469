import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseLines } from "../../src/engine/lines.ts";
import { createWalk } from "../../src/multiline/walk.ts";
import { type Parser, unparsed } from "../../src/parsers/parser.ts";
import { origin } from "../helpers/records.ts";

const verbatim: Parser = {
  name: "verbatim",
  parse: (raw, from, offset, observed) => unparsed(raw, from, offset, observed, ""),
};

/** Lines with the places of their bytes. */
function walk(bytes: Buffer, encoding: string): [string, number][] {
  const found: [string, number][] = [];
  let at = 0;
  createWalk(encoding)(bytes, (line, from, next) => {
    assert.equal(from, at);
    at = next;
    found.push([line, from]);
  });
  assert.equal(at, bytes.length);
  return found;
}

describe("walk over lines", () => {
  it("gives each line without its end, and the last one also when it has none", () => {
    assert.deepEqual(walk(Buffer.from("a\r\n\npäi\n\r\nb"), "utf-8"), [
      ["a", 0],
      ["", 3],
      ["päi", 4],
      ["", 9],
      ["b", 11],
    ]);
    assert.deepEqual(walk(Buffer.from("a\r\nä\n", "utf16le"), "utf-16le"), [
      ["a", 0],
      ["ä", 6],
    ]);
  });

  it("sees the lines that the parser gets (property)", () => {
    const line = fc.oneof(
      fc.constantFrom("", "x", "päivä", "日本\r", "\r", "\u0a0a\u000d\u0d0a"),
      fc.integer({ min: 1, max: 60_000 }).map((length) => "y".repeat(length)),
    );
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        fc.constantFrom("utf-8", "utf-16le", "gbk"),
        (lines, end, whole, encoding) => {
          const text = lines.join(end) + (whole ? end : "");
          const bytes = Buffer.from(text, encoding === "utf-16le" ? "utf16le" : "utf8");
          assert.deepEqual(
            walk(bytes, encoding),
            parseLines(bytes, 0, verbatim, origin, 0, { encoding }).map(({ raw, offset }) => [raw, offset]),
          );
        },
      ),
    );
  });
});
