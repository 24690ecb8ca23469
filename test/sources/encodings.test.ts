import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseLines } from "../../src/engine/lines.ts";
import { sniff } from "../../src/lib/encoding.ts";
import { type Parser, unparsed } from "../../src/parsers/parser.ts";
import { beforeOf, createCutter, type Lines } from "../../src/sources/file/lines.ts";
import { encode, encodings, marks } from "../helpers/encodings.ts";
import { origin } from "../helpers/records.ts";

const verbatim: Parser = {
  name: "verbatim",
  parse: (raw, from, offset, observed) => unparsed(raw, from, offset, observed, ""),
};

interface Told {
  readonly offset: number;
  readonly raw: string;
  readonly truncated: boolean;
}

/** The records of runs of lines, as a sink gets them from their blocks. */
function recordsOf(parts: readonly (Lines & { readonly encoding: string })[]): Told[] {
  return parts.flatMap(({ bytes, start, encoding, cut }) =>
    parseLines(bytes, start, verbatim, origin, 0, { encoding, cut }).map(({ offset, raw, fields }) => ({
      offset,
      raw,
      truncated: fields.truncated === true,
    })),
  );
}

interface Read {
  readonly bytes: number;
  /** What happens after it: the reader starts anew where it was durable, also after it flushed what it held. */
  readonly after: "go on" | "restart" | "flush" | "flush and restart";
}

/** Reads a file in these steps; the rest of it in one more. */
function read(file: Buffer, otherwise: string, reads: readonly Read[], limit?: number): Told[] {
  const options = { encoding: otherwise, ...(limit !== undefined && { limit }) };
  let cutter = createCutter(0, "line", options);
  const parts: (Lines & { encoding: string })[] = [];
  const take = (lines: Lines | undefined): void => {
    if (lines) parts.push({ ...lines, encoding: cutter.encoding });
  };
  for (const { bytes, after } of [...reads, { bytes: file.length, after: "go on" }]) {
    const { position } = cutter;
    for (const lines of cutter.push(file.subarray(position, position + bytes))) take(lines);
    if (after.startsWith("flush")) take(cutter.flush());
    if (!after.endsWith("restart")) continue;
    const last = parts.at(-1);
    const offset = last ? last.start + last.bytes.length : 0;
    const head = file.subarray(0, Math.min(3, offset));
    const before = beforeOf(
      file.subarray(Math.max(0, offset - 64), offset),
      last?.cut ?? false,
      sniff(head, otherwise).encoding,
    );
    cutter = createCutter(offset, before, { ...options, head });
  }
  take(cutter.flush(true));
  return recordsOf(parts);
}

/** What a file holds, by its whole text: each line with the offset of its first byte. */
function truth(file: Buffer, text: string, marked: number, encoding: string): Told[] {
  let offset = marked;
  const told: Told[] = [];
  for (const line of text.split(/(?<=\n)/)) {
    if (line === "") continue;
    told.push({ offset, raw: line.replace(/\r?\n$|\r$/, ""), truncated: false });
    offset += encode(line, encoding).length;
  }
  assert.equal(offset, file.length);
  return told;
}

const after = fc.constantFrom<Read["after"]>("go on", "go on", "restart");
const reads = fc.array(fc.record({ bytes: fc.oneof(fc.nat(3), fc.nat(40)), after }), { maxLength: 60 });

describe("encodings", () => {
  for (const { name, letters } of encodings) {
    const text = fc
      .array(fc.constantFrom(...letters, "a", "7", " ", "\n", "\r\n", "\r", "\n\n"), { maxLength: 80 })
      .map((parts) => parts.join(""));
    it(`L7: gives the same lines at the same offsets in ${name}, however it is read and resumed (property)`, () => {
      fc.assert(
        fc.property(text, fc.boolean(), reads, (written, marked, steps) => {
          const mark = marked ? (marks[name] ?? Buffer.alloc(0)) : Buffer.alloc(0);
          const file = Buffer.concat([mark, encode(written, name)]);
          const otherwise = mark.length > 0 ? "utf-8" : name;
          assert.deepEqual(read(file, otherwise, steps), truth(file, written, mark.length, name));
        }),
      );
    });
  }
});
