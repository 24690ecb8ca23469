import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileQuery } from "../../src/store/query.ts";
import { rowsOf } from "../../src/store/rows.ts";
import { recordOf } from "./records.ts";

describe("values of a query that can be written in several ways", () => {
  it("has times without a zone in the one that is told, and others where they are", () => {
    const file = { source: "s", path: "/f" };
    const at = Date.parse("2026-11-22T10:00:00Z");
    const rows = rowsOf([recordOf({ time: at })], 0);
    const takes = (query: string, zone?: string): boolean =>
      compileQuery(query, undefined, zone)(rows, 0, file);
    for (const [query, zone] of [
      ["time:2026-11-22T10:00", "UTC"],
      ["time:2026-11-22T19:00", "Asia/Tokyo"],
      ['time:"2026-11-22 05:00:00.000"', "America/New_York"],
      ["time:2026-11-22T11:00+01:00", "Asia/Tokyo"],
      ["time:2026-11-22T10:00Z", "Asia/Tokyo"],
      [`time:${at}`, "Asia/Tokyo"],
      [`time:${at / 1000}`, "Asia/Tokyo"],
      [`time:${at}000000`, "Asia/Tokyo"],
      ["time:>=2026-11-22 time:<2026-11-23", "Asia/Tokyo"],
      ["time:[2026 TO 2027}", "Asia/Tokyo"],
      ["time:{2026-10 TO 2026-12]", "UTC"],
      ["-time:<2026-11-22T10:00", "UTC"],
    ] as const)
      assert.equal(takes(query, zone), true, `${query} in ${zone}`);
    assert.equal(takes("time:2026-11-22T10:00", "Asia/Tokyo"), false);
    assert.equal(takes("time:>=2026-11-22T19:01", "Asia/Tokyo"), false);
    assert.equal(takes(`time:>=${at / 1000 + 1}`, "UTC"), false);
    const local = new Date(at);
    const two = (number: number) => String(number).padStart(2, "0");
    const day = [local.getFullYear(), two(local.getMonth() + 1), two(local.getDate())].join("-");
    assert.equal(takes(`time:${day}T${two(local.getHours())}:${two(local.getMinutes())}`), true);
  });

  it("compares durations that are written with units by their length, and with nothing else", () => {
    const file = { source: "s", path: "/f" };
    const found = (query: string): string[] => {
      const values = ["2ms", "20ms", "21ms", "1.5s", "1m0s", "350µs", "soon", "9", 30];
      const rows = rowsOf(
        values.map((took, i) => recordOf({ offset: i * 100, fields: { took } })),
        0,
      );
      const matches = compileQuery(query);
      return values.filter((_, i) => matches(rows, i, file)).map(String);
    };
    assert.deepEqual(found("took:>20ms"), ["21ms", "1.5s", "1m0s"]);
    assert.deepEqual(found("took:<=2000us"), ["2ms", "350µs"]);
    assert.deepEqual(found("took:[20ms TO 2s}"), ["20ms", "21ms", "1.5s"]);
    assert.deepEqual(found("took:>8"), ["9", "30"]);
    assert.deepEqual(found("took:20ms"), ["20ms"]);
  });
});
