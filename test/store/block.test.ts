import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { LEVELS } from "../../src/model.ts";
import { type Block, blocksOf, openBlock, type Packed } from "../../src/store/block.ts";
import type { Row } from "../../src/store/rows.ts";
import { recordOf } from "./records.ts";

const START = 3 * 2 ** 40;

function opened({ heads, texts, rest }: Block) {
  return openBlock({ heads, texts: zstdCompressSync(texts), rest: zstdCompressSync(rest) });
}

/** What a block gives back of its rows, fields as JSON has them. */
function back(block: Block): Row[] {
  const rows = opened(block);
  return Array.from({ length: rows.count }, (_, at) => ({
    offset: rows.id(at) - START,
    time: rows.time(at),
    nanos: rows.nanos(at),
    level: LEVELS[rows.level(at) ?? -1],
    message: rows.message(at),
    raw: rows.raw(at),
    fields: rows.fields(at),
    error: rows.error(at),
  }));
}

const shown = ({ offset, time, nanos, level, message, raw, fields, error }: Row): Row => ({
  offset,
  time,
  nanos,
  level,
  message,
  raw,
  fields: JSON.parse(JSON.stringify(fields)),
  error,
});

const text = fc.string({ unit: "grapheme" });
const row = fc.record({
  step: fc.nat(2 ** 32),
  time: fc.oneof(fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }), fc.maxSafeInteger()),
  nanos: fc.nat(999_999),
  level: fc.constantFrom(undefined, ...LEVELS),
  message: fc.option(text, { nil: undefined }),
  raw: text,
  fields: fc.oneof(
    fc.dictionary(
      fc.constantFrom("a", "b", "__proto__", "constructor", "status"),
      fc.jsonValue({ maxDepth: 1 }),
    ),
    fc.record({ took: fc.double({ noNaN: true, noDefaultInfinity: true }), status: fc.maxSafeInteger() }),
    fc.dictionary(text, text),
  ),
  error: fc.option(text, { nil: undefined }),
});

describe("blocks", () => {
  it("give back their rows, whatever stands in them", () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 120 }), (list) => {
        let offset = 0;
        const rows = list.map(({ step, message, ...rest }) => {
          offset += step;
          return recordOf({ ...rest, message: message ?? rest.raw, offset } as Partial<Row>);
        });

        const found = blocksOf(rows, START).flatMap(back);

        assert.deepEqual(found, rows.map(shown));
      }),
      { numRuns: 300 },
    );
  });

  it("are not asked for more than what is looked at", () => {
    const [block] = blocksOf(
      [recordOf({ offset: 0, raw: "one" }), recordOf({ offset: 9, raw: "two" })],
      START,
    );
    const asked: string[] = [];
    const packed = Object.defineProperties({} as Packed, {
      heads: { get: () => asked.push("heads") && block!.heads },
      texts: { get: () => asked.push("texts") && zstdCompressSync(block!.texts) },
      rest: { get: () => asked.push("rest") && zstdCompressSync(block!.rest) },
    });
    const rows = openBlock(packed);
    assert.deepEqual(asked, []);

    assert.equal(String(rows.lines?.bytes), "onetwo");
    assert.deepEqual(asked, ["texts"]);
    assert.equal(rows.size, 6);

    assert.deepEqual([...(rows.lines?.ends ?? [])], [3, 6]);
    assert.deepEqual(asked, ["texts", "heads"]);
  });

  it("give back their lines whole, however many bytes the block before had", () => {
    const long = recordOf({ offset: 0, raw: `${"x".repeat(300_000)}é` });
    const short = recordOf({ offset: 0, raw: "short" });
    const guess = { bytes: 0 };
    for (const { raw } of [long, long, short, long, short]) {
      const [block] = blocksOf([recordOf({ offset: 0, raw })], START);
      const rows = openBlock({ ...block!, texts: zstdCompressSync(block!.texts) }, guess);
      assert.equal(String(rows.lines?.bytes), raw);
      assert.equal(guess.bytes, Buffer.byteLength(raw));
      assert.ok(
        (rows.lines?.bytes.buffer.byteLength ?? 0) < 1.5 * guess.bytes + 10_000,
        "kept with room behind it",
      );
    }
  });

  it("say where they begin and end, and how many records they hold", () => {
    const rows = [50, 10, 30].map((time, i) => recordOf({ offset: i * 7, time }));

    const [block] = blocksOf(rows, START);

    const { first, last, records, minTime, maxTime } = block!;
    assert.deepEqual([first, last, records, minTime, maxTime], [START, START + 14, 3, 10, 50]);
  });

  it("are cut at 4,096 rows, at a mebibyte of lines, and where times are too far apart", () => {
    const counts = (rows: readonly Row[]) => blocksOf(rows, START).map(({ records }) => records);
    const many = Array.from({ length: 9000 }, (_, offset) => recordOf({ offset }));
    const long = Array.from({ length: 5 }, (_, offset) => recordOf({ offset, raw: "x".repeat(600_000) }));
    const far = [0, 1, 2 ** 52, 2 ** 52].map((time, offset) => recordOf({ offset, time }));

    assert.deepEqual(counts(many), [4096, 4096, 808]);
    assert.deepEqual(counts(long), [2, 2, 1]);
    assert.deepEqual(counts(far), [2, 2]);
  });

  it("keep records of more kinds than get columns of their own", () => {
    const rows = Array.from({ length: 200 }, (_, i) =>
      recordOf({ offset: i, fields: { [`name${i % 50}`]: i, both: `${i}` } }),
    );

    const [block] = blocksOf(rows, START);
    const found = opened(block!);

    assert.deepEqual(
      rows.map((_, at) => [
        found.field(at, `name${at % 50}`),
        found.field(at, "both"),
        found.field(at, "none"),
      ]),
      rows.map((_, i) => [i, `${i}`, undefined]),
    );
  });

  it("refuse a time that is none", () => {
    const rows = [recordOf(), recordOf({ offset: 1, time: {} as number })];

    assert.throws(() => blocksOf(rows, START), TypeError);
  });
});
