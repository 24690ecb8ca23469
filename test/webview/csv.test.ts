import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { csvOf } from "../../src/webview/csv.ts";

const SINCE = Date.UTC(2026, 0, 2, 3, 4, 5);
const list = (texts: readonly string[]) => ({
  title: "Top values of path",
  values: texts.map((text, i) => ({ text, count: 10 - i })),
  unit: "lines",
  since: SINCE,
  until: SINCE + 300_000,
});

describe("the numbers of the dashboard as a table", () => {
  it("have a row for each value of a list, whose one step is the time it is of", () => {
    assert.deepEqual(csvOf([], [list(["/api/orders", "/health"])]).split("\r\n"), [
      "time,chart,line,value,unit,step_seconds",
      "2026-01-02T03:04:05.000Z,Top values of path,/api/orders,10,lines,300",
      "2026-01-02T03:04:05.000Z,Top values of path,/health,9,lines,300",
      "",
    ]);
  });

  it("hold what anyone wrote into a log as text: no formula, no cell or row of its own", () => {
    const rows = csvOf([], [list(["=1+1", "-5", "'quoted", 'a "b", c', "one\r\ntwo", "", " padded"])]);
    const texts = rows
      .split("Top values of path,")
      .slice(1)
      .map((row) => row.replace(/,\d+,lines,300[\s\S]*/, ""));
    assert.deepEqual(texts, ["'=1+1", "'-5", "''quoted", '"a ""b"", c"', '"one\r\ntwo"', "", '" padded"']);
  });
});
