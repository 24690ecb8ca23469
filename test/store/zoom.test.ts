import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import type { LogRecord } from "../../src/model.ts";
import type { Series } from "../../src/protocol/engine.ts";
import { createHistory, type History } from "../../src/store/history.ts";
import { LEVELS_OF_STEPS } from "../../src/store/series.ts";
import { tempFolder } from "../helpers/temp.ts";
import { originOf, recordOf } from "./records.ts";

const START = 1_700_000_400;
const DAYS = 12;
const POINTS = 600;
const calm = { channels: {}, spoolBytes: 0, sinks: {} };
const HEAT = { source: "access", field: "request_time" };

const PERCENTILES = [
  ["p50", 0.5],
  ["p90", 0.9],
  ["p95", 0.95],
  ["p99", 0.99],
  ["max", 1],
] as const;

interface Event {
  /** Seconds since START at which it was read. */
  readonly at: number;
  readonly source: string;
  readonly status: number;
  readonly took: number;
}

const moments = fc.oneof(
  fc.integer({ min: 0, max: DAYS * 86_400 }),
  // Most were read lately, where the steps are fine.
  fc.integer({ min: DAYS * 86_400 - 7200, max: DAYS * 86_400 }),
);
const events = fc.array(
  fc.record({
    at: moments,
    source: fc.constantFrom("access", "app"),
    status: fc.constantFrom(200, 404, 500),
    took: fc.oneof(fc.constant(0), fc.double({ min: 1e-4, max: 100, noNaN: true })),
  }),
  { minLength: 1, maxLength: 60 },
);

/** A history in which those were read, by an engine that is now twelve days after START. */
function historyOf(dataDir: string, all: readonly Event[]): History {
  let now = START;
  const history = createHistory(dataDir, { now: () => now * 1000 });
  for (const event of all.toSorted((a, b) => a.at - b.at)) {
    now = START + event.at;
    history.add([recordAt(event)], now * 1000);
    history.tick(calm, (now + 1) * 1000);
  }
  now = START + DAYS * 86_400 + 1;
  history.tick(calm, now * 1000);
  return history;
}

function recordAt({ at, source, status, took }: Event): LogRecord {
  return recordOf({
    origin: originOf(source),
    time: (START + at) * 1000 - 250,
    fields: { status, request_time: took },
  });
}

/** Every column of the answer counted again by going through all events. */
function expectSame(series: Series, all: readonly Event[]): void {
  const { times, step, sources, heat } = series;
  for (const [i, time] of times.entries()) {
    const within = all.filter(({ at }) => START + at >= time && START + at < time + step);
    for (const source of ["access", "app"]) {
      const own = within.filter((event) => event.source === source);
      const column = sources[source];
      assert.equal(column?.lines[i] ?? 0, own.length, `${source} at ${time} of ${step} s`);
      assert.equal(column?.statuses["5xx"]?.[i] ?? 0, own.filter(({ status }) => status === 500).length);
      assert.equal(
        column?.last[i] ?? null,
        own.length === 0 ? null : Math.max(...own.map(({ at }) => (START + at) * 1000 - 250)),
      );
      const sorted = own.map(({ took }) => took).sort((a, b) => a - b);
      const durations = column?.durations.request_time;
      for (const [name, q] of PERCENTILES) {
        const exact = sorted[Math.floor(q * (sorted.length - 1))] ?? null;
        const found = durations?.[name][i] ?? null;
        const what = `${name} of ${source} at ${time} of ${step} s: ${found}, not ${exact}`;
        if (exact === null || found === null || q === 1) assert.equal(found, exact, what);
        else assert.ok(Math.abs(found - exact) <= exact * 0.0101 + 1e-9, what);
      }
    }
    const values = within.filter(({ source }) => source === "access").map(({ took }) => took);
    for (const { low, high, counts } of heat?.bands ?? []) {
      const here = values.filter((value) => (high === 0 ? value < 1e-9 : value > low && value <= high));
      assert.equal(counts[i], here.length, `values of (${low}, ${high}] at ${time}`);
    }
    assert.equal(heat?.bands.reduce((sum, { counts }) => sum + (counts[i] ?? 0), 0) ?? 0, values.length);
  }
}

describe("the figures of the past, at every zoom", () => {
  const sandbox = (t: TestContext) => {
    const folder = tempFolder(t);
    let run = 0;
    return () => join(folder, String(run++));
  };

  it("are what counting every record anew gives, in at most as many points as were asked for", (t) => {
    const next = sandbox(t);
    const spans = [60, 300, 3_600, 6 * 3_600, 86_400, 7 * 86_400, DAYS * 86_400, 30 * 86_400];
    fc.assert(
      fc.property(events, fc.constantFrom(50, 600), (all, points) => {
        const history = historyOf(next(), all);
        const end = START + DAYS * 86_400 + 1;
        const levels = new Set<number>();
        for (const span of spans) {
          const series = history.series({ from: end - span, to: end, points, heat: HEAT });
          assert.ok(series.times.length <= points, `${series.times.length} points`);
          expectSame(series, all);
          levels.add(LEVELS_OF_STEPS.findLast(({ step }) => series.step % step === 0)?.step ?? 0);
        }
        if (points === POINTS) assert.equal(levels.size, LEVELS_OF_STEPS.length, "every level is used");
        history.close();
      }),
      { numRuns: 25 },
    );
  });

  it("are the same where percentiles of one field alone are asked for, and how many values the others have", (t) => {
    const next = sandbox(t);
    fc.assert(
      fc.property(events, fc.constantFrom(300, 86_400, 30 * 86_400), (all, span) => {
        const history = historyOf(next(), all);
        const end = START + DAYS * 86_400 + 1;
        const request = { from: end - span, to: end, points: POINTS, heat: HEAT };
        const [whole, brief] = [history.series(request), history.series({ ...request, brief: true })];
        const fields = (series: Series) =>
          Object.entries(series.sources).map(([id, { durations }]) => [id, Object.keys(durations)]);
        assert.deepEqual(
          fields(brief),
          Object.keys(whole.sources).map((id) => [id, id === "access" ? ["request_time"] : []]),
        );
        for (const [id, { durations, fields, ...columns }] of Object.entries(whole.sources)) {
          const { durations: own, fields: counted, ...others } = brief.sources[id] ?? assert.fail();
          assert.deepEqual(others, columns);
          assert.deepEqual(counted, { request_time: durations.request_time?.overall.count });
          assert.deepEqual(counted, fields);
          if (id === "access") assert.deepEqual(own, durations);
        }
        assert.deepEqual(brief.heat, whole.heat);
        history.close();
      }),
      { numRuns: 25 },
    );
  });

  it("have few rows to read, however far back they reach", (t) => {
    const dataDir = sandbox(t)();
    const history = historyOf(dataDir, [{ at: 0, source: "access", status: 200, took: 1 }]);
    const db = new DatabaseSync(join(dataDir, "history.db"), { readOnly: true });
    for (const { step } of LEVELS_OF_STEPS) {
      assert.equal(
        db.prepare("SELECT count(*) AS n FROM totals WHERE step = ?").get(step)?.n,
        step < 60 ? 0 : 1,
      );
    }
    db.close();
    // A month of seconds would be two and a half million of them.
    const end = START + DAYS * 86_400;
    assert.equal(history.series({ from: end - 30 * 86_400, to: end, points: POINTS }).step, 7_200);
    history.close();
  });

  for (const [version, lacks] of [
    [1, [600, 7_200]],
    [2, [7_200]],
  ] as const) {
    it(`are made from finer ones where version ${version} wrote them`, (t) => {
      expectMade(sandbox(t)(), version, lacks);
    });

    it(`are made from where that ended, when it was ended or version ${version} has written since`, (t) => {
      expectMade(sandbox(t)(), version, lacks, START + 5 * 86_400);
    });
  }
});

/**
 * Has an earlier version write a history, opens it, and looks at it from near and far.
 * @param since from when on it lacks steps, in seconds since the epoch
 */
function expectMade(dataDir: string, version: number, lacks: readonly number[], since = 0): void {
  const all = Array.from({ length: 40 }, (_, i) => ({
    at: i * 26_000,
    source: i % 3 === 0 ? "app" : "access",
    status: 500,
    took: i / 7,
  }));
  historyOf(dataDir, all).close();
  const db = new DatabaseSync(join(dataDir, "history.db"));
  for (const step of lacks) {
    for (const table of ["totals", "gauges"])
      db.exec(`DELETE FROM ${table} WHERE step = ${step} AND time >= ${since}`);
  }
  db.exec(`PRAGMA user_version = ${version}`);
  db.close();
  const end = START + DAYS * 86_400;
  const history = createHistory(dataDir, { now: () => end * 1000 });
  for (const [days, step] of [
    [DAYS, 1_800],
    [30, 7_200],
  ] as const) {
    const series = history.series({ from: end - days * 86_400, to: end + 600, points: POINTS, heat: HEAT });
    assert.equal(series.step, step);
    expectSame(series, all);
    assert.ok(
      series.spool.some((bytes) => bytes === 0),
      "it is known when the engine ran",
    );
  }
  history.close();
}
