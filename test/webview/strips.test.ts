import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HEALTHS } from "../../src/model.ts";
import type { SinkSeries } from "../../src/protocol/series.ts";
import { csvOf } from "../../src/webview/csv.ts";
import { marksOf } from "../../src/webview/marks.ts";
import { plotsOf } from "../../src/webview/plots.ts";
import { runsOf } from "../../src/webview/runs.ts";
import { stepText, summaryOf } from "../../src/webview/summary.ts";
import { seriesOf, sourceSeries } from "./series.ts";
import { texts } from "./texts.ts";

const FROM = 1_700_000_000;
const [ok, retrying, open] = [HEALTHS.indexOf("ok"), HEALTHS.indexOf("retrying"), HEALTHS.indexOf("open")];

/** A sink of which nothing is known but what is given. */
function sinkSeries(length: number, known: Partial<SinkSeries>): SinkSeries {
  const none = Array<null>(length).fill(null);
  return {
    ...{ lag: none, late: none, health: none, delivered: none, dead: none, dropped: none, retries: none },
    ...known,
  };
}

function plots(sinks: Readonly<Record<string, SinkSeries>>, order: readonly string[]) {
  const series = seriesOf({ access: sourceSeries({ lines: [1, 1, 1, 1] }) }, { from: FROM, sinks });
  const view = { series, at: FROM + 4, source: undefined, sources: [], sinks: order, duration: undefined };
  return new Map(plotsOf(view, texts).map((plot) => [plot.id, plot]));
}

describe("the strips of the sinks' health", () => {
  const all = plots(
    {
      influx: sinkSeries(4, { health: [ok, retrying, open, open], late: [0, 1.5, 2.5, 75] }),
      "a-sink-with-a-long-name": sinkSeries(4, { health: [ok, null, ok, ok], late: [0, null, 0, 0] }),
    },
    ["influx"],
  );
  const [health, late] = [all.get("health"), all.get("late")];
  assert.ok(health && late);

  it("are runs of steps in one state, with holes where nothing is known", () => {
    const [influx, other] = health.lines.map(({ drawn }) => runsOf(drawn));
    assert.deepEqual(influx, [
      { state: ok, from: 0, to: 1 },
      { state: retrying, from: 1, to: 2 },
      { state: open, from: 2, to: 4 },
    ]);
    assert.deepEqual(other, [
      { state: ok, from: 0, to: 1 },
      { state: ok, from: 2, to: 4 },
    ]);
  });

  it("stand beside their names, the first of the configuration at the top", () => {
    assert.deepEqual(marksOf(health), [
      { at: 0.5, text: "a-sink-w…" },
      { at: 1.5, text: "influx" },
    ]);
  });

  it("are told in words: now, at worst, and step by step", () => {
    const told = summaryOf(health, texts);
    assert.match(told, /influx: now breaker open, at worst breaker open at .+\. a-sink.+: now running/);
    assert.match(stepText(health, 1, -1, texts), /: influx retrying, a-sink-with-a-long-name –$/);
    assert.equal(health.toldText(open), "breaker open");
    assert.equal(health.totalName, "Worst");
  });

  it("are told apart by more than their colour", () => {
    const hatches = new Set(health.states?.map(({ look }) => look.hatch));
    assert.equal(hatches.size, HEALTHS.length);
  });

  it("are saved by the names of the states, whatever the language", () => {
    const rows = csvOf([health]).trimEnd().split("\r\n");
    assert.equal(
      rows[2],
      "2023-11-14T22:13:21.000Z,Health of the sinks,influx,retrying,the worst of each step,1",
    );
    assert.equal(rows.length, 8);
  });

  it("stand beside how long what waits has been waiting", () => {
    assert.deepEqual(late.lines[0]?.drawn, [0, 1.5, 2.5, 75]);
    assert.equal(late.drawnText(75), "1m 15s");
  });
});
