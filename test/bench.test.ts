import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readOptions } from "./bench/options.ts";
import { toldOf } from "./bench/seen.ts";
import { median, percentile, timesReference } from "./bench/statistics.ts";
import { toldOfTimes } from "./bench/strokes.ts";
import { markdown, spread } from "./bench/table.ts";

describe("benchmark options", () => {
  it("are every row, 2 M lines and three runs by default", () => {
    assert.deepEqual(readOptions([]), {
      rows: ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"],
      lines: 2_000_000,
      runs: 3,
    });
  });

  it("name rows, in any order and once", () => {
    assert.deepEqual(readOptions(["f", "a", "f"]).rows, ["a", "f"]);
  });

  it("set lines and runs", () => {
    assert.deepEqual(readOptions(["--lines", "5000", "c", "--runs", "5"]), {
      rows: ["c"],
      lines: 5000,
      runs: 5,
    });
  });

  for (const args of [["x"], ["--runs", "0"], ["--lines", "2e6"], ["--lines", "-1"]]) {
    it(`refuse ${args.join(" ")}`, () => assert.throws(() => readOptions(args), isRefusal));
  }
  const isRefusal = (error: unknown) => error instanceof Error;
});

describe("benchmark statistics", () => {
  it("take the middle of an odd number, the mean of the middle two of an even one", () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([9, 1, 5, 6]), 5.5);
  });

  it("take the smallest value that the share does not exceed", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.equal(percentile(hundred, 0.99), 99);
    assert.equal(percentile(hundred, 1), 100);
    assert.equal(percentile(hundred, 0.5), 50);
    assert.equal(percentile([7], 0.99), 7);
  });

  it("compare with the reference as it was before and after", () => {
    assert.equal(timesReference(30, 10, 20), 2);
  });
});

describe("benchmark of pages", () => {
  it("tells shares of frames and of delays over all runs, the worst by its name", () => {
    const frames = Array.from({ length: 100 }, (_, index) => index + 1);
    const runs = [1, 2, 3].map((times) => ({ frames: frames.map((ms) => ms * times), delays: [times] }));
    assert.equal(
      toldOf(runs, [0.99, 1]),
      "frames: p99 198.0 (99.0–297.0) ms, worst 200.0 (100.0–300.0) ms; " +
        "delay of the page's main thread: p99 2.0 (1.0–3.0) ms, worst 2.0 (1.0–3.0) ms",
    );
  });

  it("tells the slowest time and the one in the middle of each run", () => {
    assert.deepEqual(
      toldOfTimes([
        [1, 9, 2],
        [4, 5, 6],
      ]),
      {
        slowest: [9, 6],
        measured: "slowest 8 (6–9) ms, median 4 (2–5) ms",
      },
    );
  });
});

describe("benchmark table", () => {
  const cells = (line: string | undefined) =>
    line
      ?.split("|")
      .map((cell) => cell.trim())
      .slice(1, -1);

  it("gives the median and the range of the runs, and the range only where there is one", () => {
    assert.equal(spread([2, 1.23456, 3]), "2 (1.23–3)");
    assert.equal(spread([5, 5, 5]), "5");
    assert.equal(spread([]), "–");
  });

  it("is Markdown with as many cells in each line", () => {
    const lines = markdown([{ what: "x" }, { what: "y", aim: { text: "< 1", met: true } }]).split("\n");
    assert.deepEqual(
      lines.map((line) => cells(line)?.length),
      [9, 9, 9, 9],
    );
  });

  it("keeps a reason with line ends and bars in its cell", () => {
    const [, , row] = markdown([{ what: "(d)", measured: "failed:\n a | b" }]).split("\n");
    assert.match(row ?? "", /\| failed: a \\\| b \|/);
  });

  it("says of every row with an aim whether it is met", () => {
    const [, , met, missed, reference] = markdown([
      { what: "met", aim: { text: "≥ 2 ×", met: true }, timesReference: [2, 3, 4] },
      { what: "missed", aim: { text: "≥ 2 ×", met: false } },
      { what: "reference", linesPerSecond: [210_400, 199_600, 205_000] },
    ])
      .split("\n")
      .map(cells);
    assert.deepEqual(met, ["met", "–", "–", "–", "–", "3.00 (2.00–4.00)", "–", "≥ 2 ×", "yes"]);
    assert.deepEqual(missed?.slice(-2), ["≥ 2 ×", "**no**"]);
    assert.deepEqual(reference?.slice(1, 2), ["205 k (200 k–210 k)"]);
    assert.deepEqual(reference?.slice(-2), ["–", "–"]);
  });
});
