import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import type { Series, SeriesRequest, SourceSeries } from "../../src/protocol/engine.ts";
import { createHistory } from "../../src/store/history.ts";
import { createFeed, type Feed, type Window } from "../../src/webview/feed.ts";
import { RANGES } from "../../src/webview/ranges.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords, originOf } from "../store/records.ts";

const START = 1_700_000_040_000;
const empty: Series = { times: [], step: 1, sources: {}, channels: {}, spool: [], sinks: {} };

interface Desk {
  readonly feed: Feed;
  readonly asked: SeriesRequest[];
  readonly shown: Window[];
  readonly failures: unknown[];
  /** Lets time pass second by second. */
  pass(seconds: number, each?: () => void): Promise<void>;
}

function createDesk(t: TestContext, answer: (request: SeriesRequest) => Promise<Series>, range = 300): Desk {
  t.mock.timers.reset();
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: START });
  const [asked, shown, failures]: [SeriesRequest[], Window[], unknown[]] = [[], [], []];
  const feed = createFeed(
    {
      fetch(request) {
        asked.push(request);
        return answer(request);
      },
      show: (window) => shown.push(window),
      fail: (error) => failures.push(error),
      now: Date.now,
    },
    { range, heat: { source: "access", field: "request_time" } },
  );
  return {
    feed,
    asked,
    shown,
    failures,
    async pass(seconds, each) {
      for (let i = 0; i < seconds; i++) {
        each?.();
        t.mock.timers.tick(1000);
        await turn();
      }
    },
  };
}

describe("the feed of the charts", () => {
  it("asks for nothing until it is visible, and nothing once it is hidden", async (t) => {
    const desk = createDesk(t, async () => empty);
    await desk.pass(10, () => desk.feed.poke());
    assert.equal(desk.asked.length, 0);
    desk.feed.setVisible(true);
    await desk.pass(3, () => desk.feed.poke());
    assert.ok(desk.asked.length > 0);
    desk.feed.setVisible(false);
    const before = desk.asked.length;
    await desk.pass(60, () => desk.feed.poke());
    assert.equal(desk.asked.length, before);
  });

  it("has at most as many points as it asked for, and asks for the newest of them alone while it is live", async (t) => {
    for (const range of RANGES) {
      const history = createHistory(tempFolder(t));
      const desk = createDesk(t, async (request) => history.series(request), range);
      desk.feed.setVisible(true);
      await desk.pass(90, () => {
        history.add(accessRecords(3), Date.now());
        history.tick({ channels: {}, spoolBytes: 0, sinks: {} }, Date.now());
        desk.feed.poke();
      });
      const most = Math.max(...desk.asked.map(({ points }) => points));
      for (const { series } of desk.shown) {
        assert.ok(series.times.length <= most, `${series.times.length} points of ${range} s`);
      }
      const whole = desk.asked.filter(({ from, to }) => to - from >= range);
      const tails = desk.asked.filter((request) => !whole.includes(request));
      assert.ok(tails.length > 60 && whole.length < 5, `${tails.length} of ${desk.asked.length} are tails`);
      for (const { points } of tails) assert.ok(points <= 10, `${points} points of ${range} s are asked for`);
      desk.feed.dispose();
      history.close();
    }
  });

  it("asks for all of a span of the past when it is opened and when it is over, and between for the newest of it", async (t) => {
    const history = createHistory(tempFolder(t));
    const desk = createDesk(t, async (request) => history.series(request));
    const now = START / 1000;
    desk.feed.want({ range: 300, between: { from: now - 3600, until: now } });
    desk.feed.setVisible(true);
    await desk.pass(60, () => {
      history.add(accessRecords(3), Date.now());
      history.tick({ channels: {}, spoolBytes: 0, sinks: {} }, Date.now());
      desk.feed.poke();
    });
    const all = desk.asked.map(({ from, to }) => to - from >= 3600);
    assert.deepEqual([all[0], all.at(-1)], [true, true]);
    assert.ok(all.length >= 4 && all.length < 10, `${all.length} requests`);
    assert.deepEqual(all.slice(1, -1), Array(all.length - 2).fill(false));
    desk.feed.want({ range: 300, between: { from: now - 7200, until: now - 3600 } });
    await desk.pass(30, () => desk.feed.poke());
    assert.equal(desk.asked.length, all.length + 1, "what is long over is asked for once");
    desk.feed.dispose();
    history.close();
  });

  it("asks once a second at most, however often there is news, and every five seconds without", async (t) => {
    const desk = createDesk(t, async () => empty);
    desk.feed.setVisible(true);
    await desk.pass(20, () => {
      for (let i = 0; i < 4; i++) desk.feed.poke();
    });
    assert.ok(desk.asked.length >= 18 && desk.asked.length <= 21, String(desk.asked.length));
    await desk.pass(5);
    const before = desk.asked.length;
    await desk.pass(50);
    assert.equal(desk.asked.length - before, 10);
  });

  it("waits for an answer before it asks again", async (t) => {
    let answer: (series: Series) => void = () => undefined;
    const desk = createDesk(t, () => new Promise((resolve) => (answer = resolve)));
    desk.feed.setVisible(true);
    await desk.pass(30, () => desk.feed.poke());
    assert.equal(desk.asked.length, 1);
    answer(empty);
    await turn();
    await desk.pass(1);
    assert.equal(desk.asked.length, 2);
  });

  it("drops an answer for a range that is no longer wanted, and asks for the new one at once", async (t) => {
    const waiting: ((series: Series) => void)[] = [];
    const desk = createDesk(t, () => new Promise((resolve) => waiting.push(resolve)));
    desk.feed.setVisible(true);
    await desk.pass(1);
    desk.feed.want({ range: 3600 });
    waiting[0]?.(empty);
    await turn();
    t.mock.timers.tick(0);
    await turn();
    assert.equal(desk.shown.length, 0);
    assert.deepEqual(
      desk.asked.map(({ from, to }) => to - from),
      [300, 3600],
    );
  });

  it("tells a failure, and is back with all figures when the next try succeeds", async (t) => {
    let broken = true;
    const desk = createDesk(t, async () => {
      if (broken) throw new Error("the engine is restarting");
      return empty;
    });
    desk.feed.setVisible(true);
    await desk.pass(1);
    assert.deepEqual(desk.failures.map(String), ["Error: the engine is restarting"]);
    broken = false;
    await desk.pass(6);
    assert.ok(desk.shown.length > 0);
    assert.equal((desk.asked.at(-1)?.to ?? 0) - (desk.asked.at(-1)?.from ?? 0), 300);
  });

  it("shows what a whole answer would, though it fetches the newest steps only", async (t) => {
    const folder = tempFolder(t);
    const second = fc.record({
      /** Lines of two sources, and how many ms ago they were read. */
      lines: fc.tuple(fc.nat(4), fc.nat(4)),
      late: fc.nat(2500),
      /** Whether the engine ran. */
      ran: fc.boolean(),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(second, { minLength: 1, maxLength: 150 }),
        fc.constantFrom(60, 300, 900, 3600),
        async (seconds, range) => {
          const history = createHistory(join(folder, String(run++)));
          const desk = createDesk(t, async (request) => history.series(request), range);
          const sources = [originOf("access"), originOf("app")];
          desk.feed.setVisible(true);
          let delivered = 0;
          for (const { lines, late, ran } of seconds) {
            if (ran) {
              for (const [i, at] of sources.entries()) {
                const count = lines[i] ?? 0;
                delivered += count;
                if (count > 0) history.add(accessRecords(count, { at, from: delivered }), Date.now() - late);
              }
              const sinks = { kept: { lag: lines[0], delivered } };
              history.tick({ channels: { read: lines[1] }, spoolBytes: delivered, sinks }, Date.now());
            }
            await desk.pass(1, () => desk.feed.poke());
          }
          const last = desk.shown.at(-1);
          assert.ok(last);
          const whole = history.series({
            from: last.from,
            to: last.until,
            points: 600,
            heat: { source: "access", field: "request_time" },
            brief: true,
          });
          assert.deepEqual(told(last.series), told(whole));
          assert.ok(
            desk.asked.length < 5 || desk.asked.some(({ points }) => points < 20),
            "it fetched tails",
          );
          desk.feed.dispose();
          history.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** What a chart can tell of a series: columns of nothing are as good as none. */
function told(series: Series): unknown {
  const some = (column: readonly (number | null)[]) => column.some((value) => value !== null && value > 0);
  const kept = (record: Readonly<Record<string, readonly number[]>>) =>
    Object.fromEntries(Object.entries(record).filter(([, column]) => some(column)));
  // What is of the whole range is that of the last full answer.
  const source = ({ durations, levels, statuses, fields: _, ...columns }: SourceSeries) => ({
    ...columns,
    levels: kept(levels),
    statuses: kept(statuses),
    durations: Object.fromEntries(
      Object.entries(durations)
        .map(([field, { p50, p95, p99 }]) => [field, { p50, p95, p99 }] as const)
        .filter(([, { p50 }]) => p50.some((value) => value !== null)),
    ),
  });
  return {
    ...series,
    heat: series.heat?.bands.filter(({ counts }) => some(counts)),
    sources: Object.fromEntries(
      Object.entries(series.sources)
        .filter(([, { lines }]) => some(lines))
        .map(([id, columns]) => [id, source(columns)]),
    ),
  };
}
