import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { LEVELS } from "../../src/model.ts";
import { blocksOf } from "../../src/store/block.ts";
import { createCells, readCells } from "../../src/store/cells.ts";
import { compileQuery } from "../../src/store/query.ts";
import { rowsOf } from "../../src/store/rows.ts";
import { compileJudge } from "../../src/store/window-cells.ts";
import { recordOf } from "./records.ts";

const FILE = { source: "app", path: "/var/log/app.log" };

describe("cells", () => {
  it("count the records of a block by level and status", () => {
    const level = fc.option(fc.nat(LEVELS.length - 1), { nil: undefined });
    const status = fc.option(fc.constantFrom(0, 200, 404, 2 ** 30 - 1), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.tuple(level, status), { minLength: 1 }), (list) => {
        const cells = createCells();
        for (const [level, status] of list) cells.add(level, status);
        const found = readCells(cells.done());
        assert.equal(new Set(found.map((cell) => `${cell.level} ${cell.status}`)).size, found.length);
        for (const { level, status, count } of found)
          assert.equal(list.filter(([l, s]) => l === level && s === status).length, count);
        assert.equal(
          found.reduce((sum, { count }) => sum + count, 0),
          list.length,
        );
      }),
    );
  });

  it("are left out where statuses are no classes", () => {
    const many = Array.from({ length: 100 }, (_, i) => recordOf({ offset: i, fields: { status: i } }));
    const huge = [recordOf({ fields: { status: 2 ** 40 } })];
    const less = [recordOf({ fields: { status: -1 } })];
    for (const rows of [many, huge, less]) assert.equal(blocksOf(rows, 0)[0]?.cells.length, 0);
  });

  it("tell what a query takes of them, or that they can't", () => {
    const term = fc.constantFrom(
      ...["level:error", "status:404", "status:>=400", "status:4??", "source:app", "file:app.log", "word"],
      ...["time:>5", "took:1", "/w/", "level:/e/", "status:[200 TO 404]", "-level:info"],
    );
    const query = fc.oneof(
      term,
      fc.tuple(term, term).map(([a, b]) => `${a} ${b}`),
      fc.tuple(term, term, term).map(([a, b, c]) => `(${a} OR ${b}) ${c}`),
      fc.tuple(term, term).map(([a, b]) => `NOT (${a} ${b})`),
    );
    const records = LEVELS.flatMap((level) =>
      [200, 404, undefined].flatMap((status) =>
        ["word", "other"].map((raw) =>
          recordOf({
            level,
            raw,
            time: raw.length,
            fields: { took: raw.length % 2, ...(status && { status }) },
          }),
        ),
      ),
    );
    const rows = rowsOf(records, 0);
    let told = 0;
    fc.assert(
      fc.property(query, (text) => {
        const [judge, matches] = [compileJudge(text), compileQuery(text)];
        for (let at = 0; at < rows.count; at++) {
          const cell = { level: rows.level(at), status: rows.status(at), count: 1 };
          const verdict = judge(cell, FILE);
          if (verdict === undefined) continue;
          told++;
          assert.equal(matches(rows, at, FILE), verdict, text);
        }
      }),
    );
    assert.ok(told > 500, String(told));
  });
});
