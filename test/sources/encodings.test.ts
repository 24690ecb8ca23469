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

/**
 * Reads a file in these steps; the rest of it in one more.
 * @param splits whether a flush may split what stands before an offset from what stands behind it
 */
function read(
  file: Buffer,
  otherwise: string,
  reads: readonly Read[],
  { limit, splits = () => true }: { limit?: number; splits?: (at: number) => boolean } = {},
): Told[] {
  const options = { encoding: otherwise, ...(limit !== undefined && { limit }) };
  let cutter = createCutter(0, "line", options);
  const parts: (Lines & { encoding: string })[] = [];
  const take = (lines: Lines | undefined): void => {
    if (lines) parts.push({ ...lines, encoding: cutter.encoding });
  };
  for (const { bytes, after } of [...reads, { bytes: file.length, after: "go on" }]) {
    const { position } = cutter;
    for (const lines of cutter.push(file.subarray(position, position + bytes))) take(lines);
    if (after.startsWith("flush") && splits(cutter.position)) take(cutter.flush());
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

const readsThat = (...after: Read["after"][]) =>
  fc.array(fc.record({ bytes: fc.oneof(fc.nat(3), fc.nat(40)), after: fc.constantFrom(...after) }), {
    maxLength: 60,
  });
const isWide = (name: string): boolean => name.startsWith("utf-16");

/** Whether an offset stands between two characters, or within a unit of UTF-16 that is no half of a pair. */
function betweenCharacters(text: string, marked: number, encoding: string): (at: number) => boolean {
  const inner = new Set<number>();
  let at = marked;
  for (const letter of text) {
    const { length } = encode(letter, encoding);
    const first = isWide(encoding) ? 2 : 1;
    for (let byte = first; byte < length; byte++) inner.add(at + byte);
    at += length;
  }
  return (offset) => !inner.has(offset);
}

describe("encodings", () => {
  for (const { name, letters } of encodings) {
    const textOf = (...more: string[]) =>
      fc
        .array(fc.constantFrom(...letters, "a", "7", " ", "\n", ...more), { maxLength: 80 })
        .map((parts) => parts.join(""));
    const file = (text: fc.Arbitrary<string>) =>
      fc.tuple(text, fc.boolean()).map(([written, marked]) => {
        const mark = (marked && marks[name]) || Buffer.alloc(0);
        return {
          written,
          mark: mark.length,
          bytes: Buffer.concat([mark, encode(written, name)]),
          otherwise: mark.length > 0 ? "utf-8" : name,
        };
      });

    it(`L7: gives the same lines at the same offsets in ${name}, however it is read and resumed (property)`, () => {
      fc.assert(
        fc.property(
          file(textOf("\n\n", "\r\n", "\r")),
          readsThat("go on", "go on", "restart"),
          ({ written, mark, bytes, otherwise }, reads) =>
            assert.deepEqual(read(bytes, otherwise, reads), truth(bytes, written, mark, name)),
        ),
      );
    });

    it(`L3: gives each character of ${name} once, also of lines that are flushed without their end (property)`, () => {
      fc.assert(
        fc.property(
          file(textOf("\r\n")),
          readsThat("go on", "flush", "restart", "flush and restart"),
          ({ written, mark, bytes, otherwise }, reads) => {
            const splits = betweenCharacters(written, mark, name);
            const told = read(bytes, otherwise, reads, { splits });
            assert.equal(told.map(({ raw }) => raw).join(""), written.replace(/\r?\n/g, ""));
            for (const { raw, offset } of told) {
              const there = bytes.subarray(offset, offset + encode(raw, name).length);
              assert.deepEqual(there, encode(raw, name));
            }
          },
        ),
      );
    });

    it(`cuts long lines of ${name} at the same place however it is read and resumed (property)`, () => {
      const limit = 13;
      const wholly = isWide(name) || name === "utf-8";
      fc.assert(
        fc.property(
          file(textOf("\n", "aaaaaaa", "\r\n")),
          readsThat("go on", "restart"),
          ({ written, mark, bytes, otherwise }, reads) => {
            const told = read(bytes, otherwise, reads, { limit });
            const lines = truth(bytes, written, mark, name);
            assert.deepEqual(
              told.map(({ offset }) => offset),
              lines.map(({ offset }) => offset),
            );
            for (const [at, { raw, truncated }] of told.entries()) {
              const whole = lines[at]?.raw ?? "";
              if (!truncated) assert.equal(raw, whole);
              if (!truncated || !(wholly || letters.every((letter) => encode(letter, name).length === 1)))
                continue;
              // A CR that is the last within the limit is not told from one that is part of a line end.
              const { length } = encode(raw, name);
              assert.ok(whole.startsWith(raw) && length <= limit && length > limit - 6, `${length} bytes`);
            }
          },
        ),
      );
    });
  }

  it("knows a mark from text although it comes byte by byte", () => {
    for (const [bytes, expected] of [
      ["ff", "utf-8"],
      ["fffe", "utf-16le"],
      ["feff", "utf-16be"],
      ["efbb", "utf-8"],
      ["efbbbf", "utf-8"],
    ] as const) {
      const cutter = createCutter(0, "line");
      for (const byte of Buffer.from(bytes, "hex")) assert.deepEqual(cutter.push(Buffer.from([byte])), []);
      assert.equal(cutter.encoding, expected);
      const told = cutter.flush(true);
      assert.equal(told?.bytes.toString("hex"), bytes === "ff" || bytes === "efbb" ? bytes : undefined);
    }
  });

  it("hands out neither half a mark nor half a unit, which have their other half to come", () => {
    const cutter = createCutter(0, "line");
    cutter.push(Buffer.from([0xff]));
    assert.deepEqual([cutter.flushable, cutter.flush()], [false, undefined]);
    cutter.push(Buffer.from([0xfe, 0x61]));
    assert.deepEqual([cutter.flushable, cutter.flush()], [false, undefined]);
    const [line] = cutter.push(Buffer.from([0, 10, 0]));
    assert.deepEqual([line?.start, line?.bytes.toString("hex")], [2, "61000a00"]);
  });

  it("lets a mark outrank what was configured, and shows one in the middle of a file", () => {
    const file = Buffer.concat([Buffer.from("\uFEFFa\n\uFEFFb\n", "utf16le")]);
    assert.deepEqual(
      read(file, "gbk", []).map(({ raw }) => raw),
      ["a", "\uFEFFb"],
    );
  });

  it("I14: leaves out a hole of NUL before UTF-16, also one that ends within a unit's first byte", () => {
    const file = Buffer.concat([Buffer.alloc(10), encode("ab\n", "utf-16be")]);
    const told = [{ offset: 10, raw: "ab", truncated: false }];
    for (let at = 0; at <= file.length; at++)
      assert.deepEqual(read(file, "utf-16be", [{ bytes: at, after: "go on" }]), told);
  });

  it("shows invalid bytes, and reads on", () => {
    const shown = (hex: string, encoding: string) =>
      read(Buffer.from(hex, "hex"), encoding, []).map(({ raw }) => raw);
    assert.deepEqual(shown("61ff620a630a", "utf-8"), ["a\uFFFDb", "c"]);
    assert.deepEqual(shown("00d80a0061000a00", "utf-16le"), ["\uFFFD", "a"]);
    assert.deepEqual(shown("610062000a0063", "utf-16le"), ["ab", "\uFFFD"]);
    assert.deepEqual(shown("81ff0a610a", "shift_jis").at(-1), "a");
    // A lead byte takes no line end with it.
    assert.deepEqual(shown("d60a610a", "gbk"), ["\uFFFD", "a"]);
  });

  it("decodes bytes as other programs wrote them", () => {
    const text = (hex: string, encoding: string) =>
      read(Buffer.from(hex, "hex"), encoding, []).map(({ raw }) => raw)[0];
    assert.equal(text("d6d0cec4", "gbk"), "中文");
    assert.equal(text("9439fc36", "gb18030"), "😀");
    assert.equal(text("93fa967b955c", "shift_jis"), "日本表");
    assert.equal(text("a4a4a4e5a55c", "big5"), "中文功");
    assert.equal(text("c7d1b1b9", "euc-kr"), "한국");
    assert.equal(text("1b2442467c4b5c1b2842", "iso-2022-jp"), "日本");
    assert.equal(text("80e4", "windows-1252"), "€ä");
    assert.equal(text("8d92939596999f", "windows-1252"), "\u008d’“•–™Ÿ");
  });

  it("reads ASCII alike in each of them", () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join("");
    const lines = ascii.replace("\n", "").replace("\u001b", "");
    for (const { name } of encodings)
      assert.deepEqual(read(encode(`x${lines}`, name), name, [])[0]?.raw, `x${lines}`, name);
  });
});
