import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Series } from "../../src/protocol/engine.ts";
import { compileQuery } from "../../src/store/query.ts";
import { rowsOf } from "../../src/store/rows.ts";
import type { Plot } from "../../src/webview/plot.ts";
import { plotsOf, type View } from "../../src/webview/plots.ts";
import { UNPARSED } from "../../src/webview/trouble.ts";
import { recordOf } from "../store/records.ts";
import { seriesOf, sourceSeries } from "./series.ts";
import { texts } from "./texts.ts";

const FROM = 1_700_000_000;

function plot(id: string, series: Series, view: Partial<View> = {}): Plot {
  const at = FROM + series.times.length * series.step;
  const all = plotsOf(
    { series, at, source: undefined, sources: [], sinks: [], duration: undefined, ...view },
    texts,
  );
  const found = all.find((one) => one.id === id);
  assert.ok(found);
  return found;
}
const labels = ({ lines }: Plot) => lines.map(({ label }) => label);
const drawn = ({ lines }: Plot) => lines.map(({ drawn }) => drawn);

describe("the charts", () => {
  it("draw counts as rates, and tell counts", () => {
    const series = seriesOf({ access: sourceSeries({ lines: [20, 0, null, 5] }) }, { from: FROM, step: 10 });
    const lines = plot("lines", series);
    assert.deepEqual(drawn(lines), [[2, 0, null, 0.5]]);
    assert.deepEqual(lines.lines[0]?.told, [20, 0, null, 5]);
  });

  it("rate the last step by what is over of it", () => {
    const series = seriesOf({ access: sourceSeries({ lines: [100, 40] }) }, { from: FROM, step: 10 });
    assert.deepEqual(drawn(plot("lines", series, { at: FROM + 14 })), [[10, 10]]);
    assert.deepEqual(drawn(plot("lines", series, { at: FROM + 20 })), [[10, 4]]);
    assert.deepEqual(drawn(plot("lines", series, { at: FROM + 10.2 })), [[10, 40]], "no less than a second");
  });

  it("give a source its colour by the configuration, whichever sources are shown", () => {
    const one = sourceSeries({ lines: [1] });
    const series = seriesOf({ b: one, a: one, c: one });
    const all = plot("lines", series, { sources: ["c", "b"] });
    assert.deepEqual(labels(all), ["c", "b", "a"]);
    const [only] = plot("lines", series, { sources: ["c", "b"], source: "b" }).lines;
    assert.deepEqual(only?.look, all.lines[1]?.look);
  });

  it("put the least of too many sources into one line, and lose no line", () => {
    const sources = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`s${i}`, sourceSeries({ lines: [i + 1] })]),
    );
    const lines = plot("lines", seriesOf(sources));
    assert.equal(lines.lines.length, 8);
    assert.equal(labels(lines).at(-1), "5 others");
    assert.equal(
      lines.lines.reduce((sum, { told }) => sum + (told[0] ?? 0), 0),
      78,
    );
  });

  it("give no two of very many sources one look", () => {
    const names = Array.from({ length: 20 }, (_, i) => `s${i}`);
    // The first and the ninth of the configuration have the most.
    const lines = (i: number) => (i % 8 === 0 ? 100 : i);
    const sources = names.map((name, i) => [name, sourceSeries({ lines: [lines(i)], unparsed: [lines(i)] })]);
    const series = seriesOf(Object.fromEntries(sources));
    for (const id of ["lines", "unparsed"]) {
      const { lines: shown } = plot(id, series, { sources: names });
      assert.equal(shown.length, 8);
      for (const sign of ["color", "dash", "hatch"] as const) {
        const seen = new Set(shown.map(({ look }) => JSON.stringify(look[sign])));
        assert.equal(seen.size, shown.length, `${sign} of ${id}`);
      }
    }
  });

  it("stack levels from the least to the gravest, with lines that have none at the bottom", () => {
    const series = seriesOf({
      app: sourceSeries({ lines: [10, 10], levels: { error: [1, 0], info: [6, 10] } }),
    });
    const levels = plot("levels", series);
    assert.deepEqual(labels(levels), ["no level", "info", "error"]);
    assert.deepEqual(drawn(levels), [
      [3, 0],
      [6, 10],
      [1, 0],
    ]);
  });

  it("show no level at all rather than all lines as without one", () => {
    assert.deepEqual(labels(plot("levels", seriesOf({ app: sourceSeries({ lines: [10] }) }))), []);
  });

  it("leave a gap in the mix where the engine did not run", () => {
    const series = seriesOf({ a: sourceSeries({ lines: [4, null], statuses: { "5xx": [4, 0] } }) });
    assert.deepEqual(drawn(plot("statuses", series)), [[4, null]]);
  });

  it("offer every duration field, the one with the most values first, in the unit of its name", () => {
    const columns = (count: number) => ({
      p50: [20],
      p90: [80],
      p95: [90],
      p99: [null],
      max: [120],
      overall: { count, p50: 20, p90: 80, p95: 90, p99: 99, max: 120 },
    });
    const series = seriesOf({
      app: sourceSeries({
        lines: [1],
        fields: { took_ms: 5, wait_ms: 9 },
        durations: { took_ms: columns(5), wait_ms: columns(9) },
      }),
    });
    const first = plot("durations", series);
    assert.equal(first.unit, "wait_ms");
    assert.deepEqual(
      first.choice?.options.map(({ label }) => label),
      ["wait_ms", "took_ms"],
    );
    assert.equal(first.drawnText(20), "20ms");
    // Its axis says one unit, and counts in what is round in it.
    assert.equal(first.axis?.text(90_000), "1.5m");
    const steps = first.axis?.steps ?? [];
    for (const seconds of [0.002, 0.5, 30, 60, 300, 3600])
      assert.ok(steps.includes(seconds * 1000), `${seconds}`);
    assert.ok(!steps.includes(50_000) && steps.every((step, i) => i === 0 || step > (steps[i - 1] ?? 0)));
    assert.match(first.note ?? "", /max 120ms/);
    const other = plot("durations", series, { duration: JSON.stringify(["app", "took_ms"]) });
    assert.equal(other.unit, "took_ms");
    // It was chosen before, and is no more.
    const gone = plot("durations", series, { duration: JSON.stringify(["app", "gone_ms"]) });
    assert.deepEqual([gone.unit, gone.choice?.chosen], ["wait_ms", first.choice?.chosen]);
  });

  it("are the same in number and order, whatever there is to show", () => {
    const view = { at: FROM, source: undefined, sources: [], sinks: [], duration: undefined };
    const ids = (series: Series) => plotsOf({ series, ...view }, texts).map(({ id }) => id);
    assert.deepEqual(ids(seriesOf({})), ids(seriesOf({ a: sourceSeries({ lines: [1] }) })));
  });
});

describe("the lines behind the charts of parse errors", () => {
  it("are those that no parser understood, and none with a field of that name", () => {
    const records = [
      recordOf({ error: "no match" }),
      recordOf({ fields: { error: "card expired" } }),
      recordOf({}),
    ];
    const rows = rowsOf(records, 0);
    const matches = compileQuery(UNPARSED);
    const found = records.filter((_, at) => matches(rows, at, { source: "", path: "" }));
    assert.deepEqual(found, [records[0]]);
  });
});
