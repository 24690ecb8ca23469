import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { LEVELS, type LogRecord } from "../../src/model.ts";
import { createAggregator } from "../../src/store/rollups.ts";
import { decodeTotals, encodeTotals } from "../../src/store/totals.ts";
import { originOf, recordOf } from "./records.ts";

const records = fc.array(
  fc
    .record({
      source: fc.constantFrom("a", "b"),
      time: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_003_000 }),
      level: fc.constantFrom(undefined, ...LEVELS),
      status: fc.constantFrom(undefined, 200, 204, 301, 404, 500, "503"),
      duration: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
      raw: fc.string({ unit: "grapheme" }),
      error: fc.constantFrom(undefined, "no match"),
    })
    .map(
      ({ source, time, level, status, duration, raw, error }): LogRecord =>
        recordOf({
          origin: originOf(source),
          time,
          level,
          raw,
          error,
          fields: { ...(status !== undefined && { status }), ...(duration !== undefined && { duration }) },
        }),
    ),
  { maxLength: 40 },
);

describe("rollups", () => {
  it("count what a plain loop over the records counts, by source and second", () => {
    fc.assert(
      fc.property(records, (all) => {
        const aggregator = createAggregator();
        aggregator.add(all);
        for (const [source, seconds] of aggregator.sources) {
          for (const [second, totals] of seconds) {
            const mine = all.filter(
              (r) => r.origin.source === source && Math.floor(r.time / 1000) === second,
            );
            assert.equal(totals.lines, mine.length);
            assert.equal(
              totals.bytes,
              mine.reduce((sum, r) => sum + Buffer.byteLength(r.raw) + 1, 0),
            );
            assert.equal(totals.unparsed, mine.filter((r) => r.error).length);
            assert.equal(
              totals.errors,
              mine.filter((r) => r.level === "error" || r.level === "fatal").length,
            );
            assert.deepEqual(
              totals.levels,
              LEVELS.map((level) => mine.filter((r) => r.level === level).length),
            );
            assert.equal(totals.statuses[5], mine.filter((r) => Number(r.fields.status) >= 500).length);
          }
        }
        const lines = [...aggregator.sources.values()].flatMap((seconds) => [...seconds.values()]);
        assert.equal(
          lines.reduce((sum, totals) => sum + totals.lines, 0),
          all.length,
        );
      }),
    );
  });

  it("are the same after they were written and read", () => {
    fc.assert(
      fc.property(records, (all) => {
        const aggregator = createAggregator();
        aggregator.add(all, 1_700_000_000_000);
        for (const seconds of aggregator.sources.values()) {
          for (const totals of seconds.values()) {
            const copy = decodeTotals(encodeTotals(totals));
            assert.deepEqual({ ...copy, durations: 0 }, { ...totals, durations: 0 });
            assert.deepEqual([...copy.durations.keys()], [...totals.durations.keys()]);
          }
        }
      }),
    );
  });

  it("take as durations what is named like one and is a number", () => {
    const names =
      "request_time upstream_time duration durationMs response_time_ms latency elapsed took RequestTime";
    const others = "time start_time_ms timestamp_ms items status bytes uptime overtook";
    for (const name of names.split(" ")) assert.deepEqual(durationsOf({ [name]: 1.5 }), [name]);
    for (const name of others.split(" ")) assert.deepEqual(durationsOf({ [name]: 1.5 }), [], name);
  });

  it("take numbers that are written as texts, and no other texts", () => {
    assert.deepEqual(durationsOf({ request_time: "0.005", duration: "-", took: "long" }), ["request_time"]);
  });

  it("take texts with units in seconds, apart from numbers", () => {
    const aggregator = createAggregator();
    for (const took of ["1.5ms", 7, "2s"]) aggregator.add([recordOf({ fields: { took } })], 0);
    const durations = aggregator.sources.get("access")?.get(0)?.durations;
    const told = [...(durations ?? [])].map(([name, { count, sum }]) => [name, count, sum]);
    assert.deepEqual(told, [
      ["took (s)", 2, 2.0015],
      ["took", 1, 7],
    ]);
  });

  it("take what lies in objects, by its name with dots, and by a whole name that has dots", () => {
    const found = durationsOf({
      event: { duration: 12, kind: "event" },
      "http.duration_ms": 7,
      list: [{ took: 1 }],
      a: { b: { c: { took: 1, d: { took: 2 } } } },
    });
    assert.deepEqual(found, ["event.duration", "http.duration_ms", "a.b.c.took"]);
  });

  it("count the values of what lies in objects", () => {
    const aggregator = createAggregator();
    const records = [1, 2, 3].map((duration) => recordOf({ fields: { event: { duration } } }));
    aggregator.add([...records, recordOf({ fields: { event: { duration: "4" } } }), recordOf({})], 0);
    const sketch = aggregator.sources.get("access")?.get(0)?.durations.get("event.duration");
    assert.deepEqual([sketch?.count, sketch?.sum], [4, 10]);
  });

  it("count statuses wherever loggers put them", () => {
    const aggregator = createAggregator();
    const fields: LogRecord["fields"][] = [
      { status: 200 },
      { http: { response: { status_code: 404 } } },
      { "http.response.status_code": "404" },
      { http: { status_code: 500 } },
      { res: { statusCode: 503 } },
      { res: "503", http: null },
    ];
    aggregator.add(
      fields.map((its) => recordOf({ fields: its })),
      0,
    );
    assert.deepEqual(aggregator.sources.get("access")?.get(0)?.statuses, [0, 0, 1, 0, 2, 2]);
  });
});

function durationsOf(fields: LogRecord["fields"]): string[] {
  const aggregator = createAggregator();
  aggregator.add([recordOf({ fields })], 0);
  return [...(aggregator.sources.get("access")?.get(0)?.durations.keys() ?? [])];
}
