import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import { createHistory } from "../../src/store/history.ts";
import { csvOf } from "../../src/webview/csv.ts";
import { marksOf } from "../../src/webview/marks.ts";
import type { Plot } from "../../src/webview/plot.ts";
import { plotsOf } from "../../src/webview/plots.ts";
import { cellText, nameOf, summaryOf } from "../../src/webview/summary.ts";
import { tempFolder } from "../helpers/temp.ts";
import { recordOf } from "../store/records.ts";
import { texts } from "./texts.ts";

const START = 1_700_000_000;
const values = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-7, max: 1e7, noNaN: true })), {
  minLength: 1,
  maxLength: 80,
});

/** The heat map of values that were read one a second. */
function heatOf(dataDir: string, took: readonly number[], seconds: number): Plot {
  let now = START;
  const history = createHistory(dataDir, { now: () => now * 1000 });
  for (const request_time of took) {
    history.add([recordOf({ fields: { request_time } })], now * 1000);
    history.tick({ channels: {}, spoolBytes: 0, sinks: {} }, ++now * 1000);
  }
  const heat = { source: "access", field: "request_time" };
  const series = history.series({ from: START, to: START + seconds, points: 600, heat });
  history.close();
  const view = { series, at: now, source: undefined, sources: [], sinks: [], duration: undefined };
  const found = plotsOf(view, texts).find(({ id }) => id === "heat");
  assert.ok(found);
  return found;
}

describe("the heat map", () => {
  const sandbox = (t: TestContext) => {
    const folder = tempFolder(t);
    let run = 0;
    return () => join(folder, String(run++));
  };

  it("has each value in one cell, in few rows and columns, each row above the one before", (t) => {
    const next = sandbox(t);
    fc.assert(
      fc.property(values, fc.constantFrom(80, 300, 590), (took, seconds) => {
        const { lines, times, heat } = heatOf(next(), took, seconds);
        assert.ok(lines.length <= 26 && times.length <= 61, `${lines.length} × ${times.length}`);
        const rows = heat?.rows ?? [];
        assert.equal(rows.length, lines.length);
        let sum = 0;
        for (const [i, { low, high }] of rows.entries()) {
          const count = lines[i]?.told.reduce<number>((total, one) => total + (one ?? 0), 0) ?? 0;
          const within = took.filter((value) => (high === 0 ? value === 0 : value > low && value <= high));
          assert.equal(count, within.length, `(${low}, ${high}]`);
          assert.ok(i === 0 || low >= (rows[i - 1]?.high ?? 0) * 0.999_999);
          sum += count;
        }
        assert.equal(sum, took.length);
      }),
      { numRuns: 60 },
    );
  });

  it("says in words where most values are, of a whole and of a cell", (t) => {
    const plot = heatOf(sandbox(t)(), [0.02, 0.021, 0.02, 4], 60);
    assert.equal(nameOf(plot), "Heat map, request_time");
    assert.match(
      summaryOf(plot, texts),
      /^4 values; most of them, 3, are .*ms to .*ms; the highest are .*s to .*s$/,
    );
    assert.match(cellText(plot, 0, -1, texts), /: 1 of 1 are 1\d\.?\d*ms to 2\d\.?\d*ms$/);
  });

  it("marks round values on its axis, apart from each other", (t) => {
    const next = sandbox(t);
    fc.assert(
      fc.property(values, (took) => {
        const plot = heatOf(next(), took, 60);
        const marks = marksOf(plot).map(({ at }) => at);
        for (const [i, at] of marks.entries()) {
          assert.ok(at >= 0 && at <= plot.lines.length);
          assert.ok(i === 0 || at > (marks[i - 1] ?? 0));
        }
      }),
      { numRuns: 40 },
    );
    assert.deepEqual(
      marksOf(heatOf(next(), [0.0005, 0.02, 0.3, 8], 60)).map(({ text }) => text),
      ["1ms", "10ms", "100ms", "1s"],
    );
  });
});

describe("the numbers of charts as a file", () => {
  it("hold every number, and nothing that a program for tables would run", (t) => {
    const folder = tempFolder(t);
    const [title, label] = ['=HYPERLINK("http://x")', "a,b\r\n"];
    const plot = { ...heatOf(folder, [1, 2, 3], 10), title };
    const lines = plot.lines.map((line) => ({ ...line, label }));
    const text = csvOf([{ ...plot, lines }]);
    assert.ok(text.startsWith("time,chart,line,value,unit,step_seconds\r\n"));
    assert.ok(!/(^|,|\n)"?=/.test(text));
    assert.ok(text.includes(`"'=HYPERLINK(""http://x"")","a,b\r\n",1,values,1`));
    const sum = [...text.matchAll(/,(\d+),values,1/g)].reduce((total, [, count]) => total + Number(count), 0);
    assert.equal(sum, 3);
  });
});
