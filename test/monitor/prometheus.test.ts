import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { monitorFigures } from "../../src/monitor/figures.ts";
import { escapeLabel, FILE_LIMIT, prometheusText } from "../../src/monitor/prometheus.ts";
import { fileAccount, sinkAccount } from "../vscode/snapshots.ts";
import { fileFigures, sinkFigures, snapshotOf, sourceFigures } from "./snapshot.ts";

/** Reads the format back by its grammar; throws on anything else. */
function readBack(text: string): Map<string, { labels: Record<string, string>; value: number }[]> {
  const metrics = new Map<string, { labels: Record<string, string>; value: number }[]>();
  let declared = "";
  assert.ok(text.endsWith("\n"));
  for (const line of text.slice(0, -1).split("\n")) {
    const type = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line);
    if (type) {
      declared = type[2]!;
      if (type[1] === "TYPE") assert.match(type[3]!, /^(counter|gauge)$/);
      continue;
    }
    const sample = /^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (\S+)$/.exec(line);
    assert.ok(sample, `no sample: ${line}`);
    assert.equal(sample[1], declared, "a sample stands below its TYPE line");
    const labels: Record<string, string> = {};
    for (const [, name, value] of (sample[2] ?? "").matchAll(/([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"/g)) {
      labels[name!] = value!.replace(/\\(.)/g, (_, c: string) => (c === "n" ? "\n" : c));
    }
    metrics.set(declared, [...(metrics.get(declared) ?? []), { labels, value: Number(sample[3]) }]);
  }
  return metrics;
}

describe("Prometheus text", () => {
  it("gives back any label after unescaping", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), (id, path) => {
        const source = sourceFigures({ id, files: [fileFigures({ path, lines: 7 })] });
        const rows = readBack(prometheusText(snapshotOf({ sources: [source] })));
        assert.deepEqual(rows.get("log_monitor_file_lines_total"), [
          { labels: { source: id, file: path }, value: 7 },
        ]);
      }),
    );
  });

  it("escapes backslash, quote and line feed, and replaces lone surrogates", () => {
    assert.equal(escapeLabel('C:\\logs\\"a"\n'), 'C:\\\\logs\\\\\\"a\\"\\n');
    assert.equal(escapeLabel("\ud800"), "\ufffd");
  });

  it("has the figures of sources, files, sinks, channels, spool and store", () => {
    const rows = readBack(
      prometheusText(
        snapshotOf({
          startedAt: 1_000,
          tps: 12.5,
          sources: [sourceFigures({ id: "a", lines: 10, bytes: 900, unparsed: 2, errors: 1 })],
          sinks: [
            sinkFigures({ id: "out", type: "file", delivered: 8, lagRecords: 2, lagMs: 1500 }),
            sinkFigures({ id: "influx", type: "influxdb", folded: 42 }),
          ],
          channels: [{ name: "read", records: 3, bytes: 300, capacity: 1000 }],
          spool: { blocks: 4, bytes: 5000, capacity: 90_000, dropped: 7, damaged: 3 },
          store: { records: 8, bytes: 7000 },
        }),
        61_000,
      ),
    );
    const value = (name: string): number => rows.get(`log_monitor_${name}`)![0]!.value;
    assert.equal(value("uptime_seconds"), 60);
    assert.equal(value("lines_per_second"), 12.5);
    assert.equal(value("source_unparsed_lines_total"), 2);
    assert.equal(value("source_up"), 1);
    assert.equal(value("sink_delivered_records_total"), 8);
    assert.equal(value("sink_lag_seconds"), 1.5);
    assert.deepEqual(rows.get("log_monitor_sink_folded_values_total"), [
      { labels: { sink: "influx", type: "influxdb" }, value: 42 },
    ]);
    assert.equal(value("channel_capacity_bytes"), 1000);
    assert.equal(value("spool_blocks"), 4);
    assert.equal(value("spool_dropped_records_total"), 7);
    assert.equal(value("spool_damaged_records_total"), 3);
    assert.equal(value("store_bytes"), 7000);
  });

  it("declares each metric once and each series once", () => {
    const files = Array.from({ length: FILE_LIMIT + 50 }, (_, n) =>
      fileFigures({ path: `/log/${n}`, lines: 1 }),
    );
    const text = prometheusText(
      snapshotOf({ sources: [sourceFigures({ id: "a", files: [...files, ...files] })] }),
    );
    const types = text.split("\n").filter((line) => line.startsWith("# TYPE"));
    assert.equal(new Set(types).size, types.length);
    const series = text.split("\n").filter((line) => line && !line.startsWith("#"));
    const names = series.map((line) => line.slice(0, line.lastIndexOf(" ")));
    assert.equal(new Set(names).size, names.length);
  });

  it("sums up files beyond the limit, so that the number of series is bounded", () => {
    const files = Array.from({ length: FILE_LIMIT + 50 }, (_, n) =>
      fileFigures({ path: `/log/${n}`, lines: 2 }),
    );
    const rows = readBack(prometheusText(snapshotOf({ sources: [sourceFigures({ id: "a", files })] })));
    const lines = rows.get("log_monitor_file_lines_total")!;
    assert.equal(lines.length, FILE_LIMIT + 1);
    assert.deepEqual(lines.at(-1), { labels: { source: "a", file: "(other)" }, value: 100 });
  });
});

describe("monitor figures", () => {
  it("has exactly the keys of log_process, in its order", () => {
    const figures = monitorFigures(
      snapshotOf({
        startedAt: 1_000,
        tps: 3.4,
        totals: {
          lines: 42,
          bytes: 1,
          unparsed: 2,
          errors: 9,
          linesPerSecond: 0,
          bytesPerSecond: 0,
          sinkErrors: 1,
        },
        channels: [
          { name: "read", records: 5, bytes: 0, capacity: 1 },
          { name: "write", records: 6, bytes: 0, capacity: 1 },
        ],
      }),
      63_500,
    );
    assert.equal(
      JSON.stringify(figures),
      '{"HandleLine":42,"tps":3.4,"ReadChanLen":5,"WriteChanLen":6,"RunTime":"1m2.5s","ErrNum":2}',
    );
  });

  it("has the account of each source at each sink, which leaves no remainder", () => {
    const account = fileAccount(1000, sinkAccount("out", [1000, 900, 50, 40, 10]));
    const rows = readBack(prometheusText(snapshotOf({ sources: [sourceFigures({ id: "a", account })] })));
    const at = (name: string) => rows.get(`log_monitor_account_${name}`);
    assert.deepEqual(at("read_records_total"), [{ labels: { source: "a" }, value: 1000 }]);
    assert.deepEqual(at("parsed_records_total"), [{ labels: { source: "a" }, value: 999 }]);
    assert.deepEqual(at("skipped_bytes_total"), [{ labels: { source: "a" }, value: 4 }]);
    assert.deepEqual(at("missing_bytes"), [{ labels: { source: "a" }, value: 0 }]);
    const labels = { source: "a", sink: "out" };
    assert.deepEqual(at("routed_records_total"), [{ labels, value: 1000 }]);
    assert.deepEqual(at("delivered_bytes_total"), [{ labels, value: 9000 }]);
    assert.deepEqual(at("dead_records"), [{ labels, value: 10 }]);
    assert.deepEqual(at("dropped_records"), [{ labels, value: 40 }]);
    assert.deepEqual(at("waiting_records"), [{ labels, value: 50 }]);
    assert.deepEqual(at("remainder_records"), [{ labels, value: 0 }]);
  });
});
