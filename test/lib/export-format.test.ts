import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Exported, formatterOf, plain } from "../../src/lib/export-format.ts";
import { isoTime } from "../../src/lib/time.ts";

/** Rows of cells, as RFC 4180 says. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length; ) {
    let cell = "";
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') cell += text[at++];
        else break;
      }
      at++;
    } else while (at < text.length && text[at] !== "," && text[at] !== "\r") cell += text[at++];
    row.push(cell);
    if (text[at] === ",") at++;
    else {
      assert.equal(text.slice(at, at + 2), "\r\n");
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    '=HYPERLINK("x")',
    "+1",
    "-1",
    "@a",
    "'quoted",
    '"',
    "a,b",
    "\r\n",
    "\ttab",
    " ",
    "＝1",
    "",
  ),
);
const values = fc.oneof(
  texts,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.nat()),
  fc.object(),
);
const record: fc.Arbitrary<Exported> = fc.record({
  id: texts,
  time: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined }),
  nanos: fc.integer({ min: 0, max: 999_999 }),
  source: texts,
  file: texts,
  offset: fc.nat(),
  level: fc.option(fc.constantFrom("info", "error"), { nil: undefined }),
  message: texts,
  raw: texts,
  fields: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("status", "level", "a,b")), values, {
    maxKeys: 5,
  }),
  error: fc.option(texts, { nil: undefined }),
});
const records = fc.array(record, { maxLength: 8 });
const written = (
  all: readonly Exported[],
  format: "ndjson" | "csv" | "text",
  names: readonly string[] = [],
) => {
  const { head, line } = formatterOf(format, names);
  return head + all.map(line).join("");
};

describe("an export", () => {
  it("as NDJSON gives the same records when it is read", () => {
    fc.assert(
      fc.property(records, (all) => {
        const read = written(all, "ndjson")
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line));
        assert.deepEqual(read, JSON.parse(JSON.stringify(all.map(plain))));
      }),
    );
  });

  it("as CSV gives the same texts, once the apostrophe before what a table would run is taken off", () => {
    const cellOf = (value: unknown) =>
      value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
    fc.assert(
      fc.property(records, (all) => {
        const names = [...new Set(all.flatMap(({ fields }) => Object.keys(fields)))].slice(0, 4);
        const [head, ...rows] = readCsv(written(all, "csv", names));
        assert.equal(head?.length, 9 + names.length + 1);
        assert.equal(rows.length, all.length);
        for (const [i, row] of rows.entries()) {
          const given = all[i] as Exported;
          assert.equal(row.length, head?.length);
          for (const cell of row) assert.doesNotMatch(cell, /^(?:[=+@\t\r＝＋－＠]|-(?!\d))/);
          const cells = row.map((cell) => cell.replace(/^'/, ""));
          const [time, level, source, message, id, file, offset, error, raw] = cells;
          const { time: ms, nanos } = given;
          const when = ms === undefined ? undefined : isoTime(ms, nanos);
          const first = [when, given.level, given.source, given.message, given.id, given.file];
          assert.deepEqual([time, level, source, message, id, file], first.map(cellOf));
          assert.deepEqual([offset, error, raw], [given.offset, given.error, given.raw].map(cellOf));
          for (const [j, name] of names.entries())
            assert.equal(cells[9 + j], cellOf(Object.hasOwn(given.fields, name) ? given.fields[name] : null));
          const rest = Object.entries(given.fields).filter(([name]) => !names.includes(name));
          const others = cells.at(-1) === "" ? {} : JSON.parse(cells.at(-1) ?? "");
          assert.deepEqual(others, JSON.parse(JSON.stringify(Object.fromEntries(rest))));
        }
      }),
    );
  });

  it("as text is the lines as they were read", () => {
    fc.assert(
      fc.property(records, (all) => {
        assert.equal(written(all, "text"), all.map(({ raw }) => `${raw}\n`).join(""));
      }),
    );
  });
});
