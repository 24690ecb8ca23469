import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseLines } from "../../src/engine/lines.ts";
import { createParser } from "../../src/parsers/index.ts";
import { type Parser, unparsed } from "../../src/parsers/parser.ts";
import { origin } from "../helpers/records.ts";

/** Keeps each line as it is. */
const verbatim: Parser = {
  name: "verbatim",
  parse: (raw, from, offset, observed) => unparsed(raw, from, offset, observed, ""),
};
const parse = (bytes: Buffer, parser = verbatim, start = 0) => parseLines(bytes, start, parser, origin, 7);

describe("lines", () => {
  it("gives each line its byte offset in the file", () => {
    const records = parse(Buffer.from("one\n\ntwo\r\nlast"), verbatim, 100);
    assert.deepEqual(
      records.map(({ raw, offset }) => [raw, offset]),
      [
        ["one", 100],
        ["", 104],
        ["two", 105],
        ["last", 110],
      ],
    );
  });

  it("counts bytes, not characters", () => {
    assert.deepEqual(
      parse(Buffer.from("päivä\n日本\nx\n")).map(({ raw, offset }) => [raw, offset]),
      [
        ["päivä", 0],
        ["日本", 8],
        ["x", 15],
      ],
    );
  });

  it("leaves a byte order mark out of the first line", () => {
    assert.deepEqual(
      parse(Buffer.from("\uFEFFone\nzwö\n")).map(({ raw, offset }) => [raw, offset]),
      [
        ["one", 3],
        ["zwö", 7],
      ],
    );
  });

  it("cuts long runs into pieces at line ends, each line whole, whatever its length (property)", () => {
    const lines = fc.array(
      fc.oneof(
        fc.integer({ min: 0, max: 200 }).map((length) => "x".repeat(length)),
        fc.integer({ min: 40_000, max: 100_000 }).map((length) => "y".repeat(length)),
        fc.constantFrom("päivä", "", '172.0.0.12 - - [04/Mar/2018:13:49:52 +0000] x "GET / HTTP/1.0" 200'),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(lines, fc.constantFrom("\n", "\r\n"), fc.boolean(), (written, end, closed) => {
        const text = written.map((line) => line + end).join("") + (closed ? "" : "last");
        const expected = closed ? written : [...written, "last"];
        const records = parse(
          Buffer.from(text),
          createParser("nginx", {}, { timezone: "UTC", ignoreOffset: false }),
        );
        assert.deepEqual(
          records.map(({ raw }) => raw),
          expected,
        );
      }),
    );
  });

  it("shows invalid bytes instead of failing", () => {
    assert.equal(parse(Buffer.from([0x61, 0xff, 0x62, 10]))[0]?.raw, "a\uFFFDb");
  });

  it("lets a parser that throws cost the line, not the others", () => {
    const brittle: Parser = {
      name: "brittle",
      parse(raw, ...rest) {
        if (raw === "bad") throw new RangeError("ouch");
        return verbatim.parse(raw, ...rest);
      },
    };
    assert.deepEqual(
      parse(Buffer.from("a\nbad\nb\n"), brittle).map(({ error }) => error),
      ["", "the parser failed: ouch", ""],
    );
  });

  it("finds every line again at its offset (property)", () => {
    const text = fc
      .string({ unit: "binary" })
      .map((line) => line.replace(/[\r\n\uFEFF]/g, "").toWellFormed());
    fc.assert(
      fc.property(fc.array(text, { maxLength: 20 }), (lines) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        const records = parse(bytes);
        assert.deepEqual(
          records.map(({ raw }) => raw),
          lines,
        );
        for (const { raw, offset } of records)
          assert.equal(bytes.toString("utf8", offset, offset + Buffer.byteLength(raw)), raw);
      }),
    );
  });
});
